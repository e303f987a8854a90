def exits(xs):
    while True:
        try:
            try:
                for x in xs:
                    if x:
                        break
                    return x
            finally:
                done()
        except E as e:
            continue
