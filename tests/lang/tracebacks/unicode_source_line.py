# exit: 1
größe = "äöü"; 日本 = None
print(größe, 日本.attribute)
