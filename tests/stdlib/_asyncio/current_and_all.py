# The running loop, the current task and all tasks.
import _asyncio
import asyncio
import threading


class Loop:
    def get_debug(self):
        return False

    def is_running(self):
        return False

    def call_soon(self, callback, *args, context=None):
        self.callback = callback

    def call_exception_handler(self, context):
        pass

    def __repr__(self):
        return "LOOP"


def show(f, *args):
    try:
        print(f.__name__, f(*args))
    except BaseException as e:
        print(f.__name__, type(e).__name__, e)


class Task:
    def __init__(self, loop, done=False):
        self.loop, self.is_done = loop, done

    def get_loop(self):
        return self.loop

    def done(self):
        return self.is_done

    def __repr__(self):
        return "TASK"


loop = Loop()
for f in (_asyncio._get_running_loop, _asyncio.get_running_loop, _asyncio.get_event_loop, _asyncio.current_task, _asyncio.all_tasks):
    show(f)
show(_asyncio._enter_task, loop, 1)
_asyncio._set_running_loop(loop)
for f in (_asyncio._get_running_loop, _asyncio.get_running_loop, _asyncio.get_event_loop, _asyncio.current_task, _asyncio.all_tasks):
    show(f)
for f in (_asyncio._enter_task, _asyncio._leave_task, _asyncio._swap_current_task):
    show(f, None, 1)
show(_asyncio._leave_task, loop, 1)
show(_asyncio._enter_task, loop, 1)
show(_asyncio._enter_task, loop, 2)
show(_asyncio.current_task)
show(_asyncio._leave_task, loop, 2)
show(_asyncio._swap_current_task, loop, 3)
show(_asyncio._swap_current_task, loop, None)
show(_asyncio.current_task)
task = Task(loop)
for register, unregister in ((_asyncio._register_task, _asyncio._unregister_task), (_asyncio._register_eager_task, _asyncio._unregister_eager_task)):
    show(register, task)
    show(_asyncio.all_tasks)
    show(_asyncio.all_tasks, Loop())
    show(unregister, task)
    show(unregister, task)
    show(_asyncio.all_tasks)
show(_asyncio._register_task, 5)
show(_asyncio._unregister_task, 5)
_asyncio._set_running_loop(None)


async def sleeps():
    await asyncio.sleep(10)


async def main():
    running = asyncio.get_running_loop()
    tasks = [asyncio.create_task(sleeps()) for _ in range(100)]
    await asyncio.sleep(0)
    print(len(asyncio.all_tasks()), set(tasks) < asyncio.all_tasks(), asyncio.all_tasks(loop))
    for t in tasks[::3]:
        t.cancel()
    await asyncio.sleep(0)
    print(len(asyncio.all_tasks()), asyncio.all_tasks() == {t for t in tasks if not t.done()} | {asyncio.current_task()})
    _asyncio._unregister_task(tasks[1])
    _asyncio._unregister_task(tasks[1])
    print(tasks[1] in asyncio.all_tasks())
    _asyncio._register_task(tasks[1])
    print(tasks[1] in asyncio.all_tasks())

    def other_thread():
        print(asyncio.current_task(running) is me, len(asyncio.all_tasks(running)), asyncio._get_running_loop())

    me = asyncio.current_task()
    thread = threading.Thread(target=other_thread)
    thread.start()
    thread.join()


asyncio.run(main())
