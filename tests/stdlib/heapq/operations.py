import heapq, bisect
h = []
for x in (5, 1, 4, 2): heapq.heappush(h, x)
print(h[0], [heapq.heappop(h) for _ in range(4)], heapq.nlargest(2, [1, 5, 3]), heapq.nsmallest(2, "hello"), list(heapq.merge([1, 4], [2, 3])))
l = [1, 3, 3, 5]
print(bisect.bisect_left(l, 3), bisect.bisect(l, 3), bisect.insort(l, 4), l)
