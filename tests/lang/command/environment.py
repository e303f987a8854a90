# env: MY_VARIABLE=some value
import os
print(os.environ["MY_VARIABLE"], os.environ.get("NOT_SET"), os.getenv("MY_VARIABLE"))
