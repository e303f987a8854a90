import random
random.seed(42)
print(random.random(), random.randint(1, 100), random.choice("abc"), random.sample(range(100), 5), random.gauss(0, 1), random.getrandbits(70))
l = list(range(10)); random.shuffle(l); print(l)
r = random.Random("text"); print(r.random(), r.uniform(1, 2), r.choices([1, 2], k=3))
state = r.getstate(); a = r.random(); r.setstate(state); print(a == r.random())
