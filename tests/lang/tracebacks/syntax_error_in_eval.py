# exit: 1
eval("a b")
