# exit: 1
exec("def f():\n    raise ValueError('in exec')\nf()")
