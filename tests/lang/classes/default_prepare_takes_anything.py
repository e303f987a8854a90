print(type.__prepare__(), type.__prepare__(1, 2, 3, a=4), type.__prepare__("C", (), x=1))
