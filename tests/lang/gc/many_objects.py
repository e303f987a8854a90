class Node:
    def __init__(self, n): self.n, self.next = n, None
head = None
for i in range(100_000):
    node = Node(i)
    node.next = head
    head = node
total = 0
while head:
    total += head.n
    head = head.next
print(total)
print(sum(len([i] * 3) for i in range(50_000)))
