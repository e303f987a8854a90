# Methods behind slots complain about their arguments in their own words.
def show(function, *args, **kw):
    try:
        print(function(*args, **kw))
    except TypeError as error:
        print(error)


show((1).__add__)
show((1).__add__, 1, 2)
show(int.__add__, 1, x=2)
show((1).__neg__, 1)
show("a".__len__, x=1)
show([].__delitem__)
show([].__contains__)  # a method of its own accord
show({}.__contains__)
show([].__getitem__)  # likewise
show((1).__pow__)
show((1).__setattr__)
show((1).__delattr__, 1, 2)
show(iter([]).__next__, 1)
show(b"a".__buffer__)
show((1).__round__, 1, 2)
show(ValueError().__str__, 1)
show((x for x in ()).__next__, 1, 2, 3)
show(property().__get__)
show([].__init__, 1, 2)
