import sys
m=sys.monitoring
def show(v): return getattr(v, '__name__', getattr(v, 'co_name', v))
def t(f,*a):
    try: r=f(*a); print(f.__name__,*map(show,a),'->',show(r))
    except BaseException as e: print(f.__name__,*map(show,a),type(e).__name__,e)
def g(): pass
for tid in (-1,6,7,'a'):
    t(m.use_tool_id,tid,'x')
t(m.use_tool_id,1,3); t(m.use_tool_id,1,'x'); t(m.use_tool_id,1,'y'); t(m.get_tool,1); t(m.get_tool,2); t(m.get_tool,8)
t(m.register_callback,1,3,g); t(m.register_callback,1,0,g); t(m.register_callback,1,1<<20,g); t(m.register_callback,1,1,None); t(m.register_callback,1,1,5); t(m.register_callback,1,1,None); t(m.register_callback,2,1,5); t(m.register_callback,9,1,5)
t(m.set_events,1,1<<25); t(m.set_events,1,-1); t(m.set_events,2,1); t(m.set_events,1,m.events.C_RETURN); t(m.get_events,1); t(m.get_events,3);t(m.set_events,1,m.events.CALL|m.events.C_RAISE); t(m.get_events,1);t(m.set_events,1,m.events.BRANCH); t(m.get_events,1); t(m.set_events,1,0)
t(m.set_local_events,1,5,1); t(m.set_local_events,1,g.__code__,m.events.RAISE); t(m.set_local_events,1,g.__code__,m.events.C_RAISE); t(m.set_local_events,1,g.__code__,m.events.LINE); t(m.get_local_events,1,g.__code__); t(m.get_local_events,2,g.__code__);t(m.set_local_events,2,g.__code__,1);t(m.set_local_events,1,g.__code__,m.events.BRANCH);t(m.get_local_events,1,g.__code__)
t(m._all_events); t(m.restart_events); t(m.clear_tool_id,1); t(m.get_tool,1); t(m.free_tool_id,1); t(m.get_tool,1);t(m.free_tool_id,2);t(m.clear_tool_id,2)
for n in sorted(dir(m.events)):
  if n[0]!='_': print(n, getattr(m.events,n))
print(m.use_tool_id.__text_signature__, m.set_local_events.__text_signature__)
