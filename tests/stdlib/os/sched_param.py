# Other than struct sequences else, sched_param takes its field.
import copy
import os
import pickle

sched_param = os.sched_param
for make in (
    lambda: sched_param(1),
    lambda: sched_param(sched_priority=3),
    lambda: sched_param("x"),
    lambda: sched_param(),
    lambda: sched_param(1, 2),
    lambda: sched_param(7)[0],
    lambda: sched_param(1).__reduce__(),
    lambda: copy.copy(sched_param(5)),
    lambda: copy.replace(sched_param(5), sched_priority=6),
    lambda: pickle.loads(pickle.dumps(sched_param(3))),
):
    try:
        print(make())
    except TypeError as e:
        print("TypeError:", e)
