import csv, io
rows = list(csv.reader(io.StringIO('a,"b ""q""",c\n1,"x\ny",3\n')))
print(rows)
out = io.StringIO()
w = csv.writer(out); w.writerow(["a,b", 'q"', 1, None]); print(repr(out.getvalue()))
print(list(csv.DictReader(io.StringIO("k,v\n1,2\n"))))
