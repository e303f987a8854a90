# Tasks that start at once.
import asyncio
import contextvars

var = contextvars.ContextVar("var", default="none")


async def ends(v):
    print("runs", asyncio.current_task().get_name(), var.get())
    var.set("inside")
    return v


async def waits():
    print("in all_tasks", asyncio.current_task() in asyncio.all_tasks())
    await asyncio.sleep(0)
    print("goes on", asyncio.current_task().get_name())
    return "waited"


async def fails(e):
    raise e


async def main():
    loop = asyncio.get_running_loop()
    me = asyncio.current_task()
    task = asyncio.Task(ends(1), eager_start=True, name="e1")
    print(task.done(), task.result(), task.get_coro(), var.get(), asyncio.current_task() is me)
    task = asyncio.Task(waits(), eager_start=True, name="e2")
    print(task.done(), task in asyncio.all_tasks())
    print(await task, task in asyncio.all_tasks(), task.get_coro() is None)
    task = asyncio.Task(fails(ZeroDivisionError("z")), eager_start=True)
    print(task.done(), repr(task.exception()))
    task = asyncio.Task(fails(asyncio.CancelledError()), eager_start=True)
    print(task.cancelled())
    try:
        asyncio.Task(fails(SystemExit(3)), eager_start=True)
    except SystemExit as e:
        print("SystemExit", e, asyncio.current_task() is me)
    context = contextvars.copy_context()
    context.run(var.set, "given")
    task = asyncio.Task(ends(2), eager_start=True, name="e3", context=context)
    print(var.get(), context[var], task.get_context() is context)
    loop.set_task_factory(asyncio.eager_task_factory)
    print(await asyncio.gather(ends(4), waits(), *(ends(i) for i in range(3))))


def handle(loop, context):
    # SystemExit may be reported, when the task dies.
    assert "never retrieved" in context["message"]


loop = asyncio.new_event_loop()
loop.set_exception_handler(handle)
with asyncio.Runner(loop_factory=lambda: loop) as runner:
    runner.run(main())
