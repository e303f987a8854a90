import socket, select
a, b = socket.socketpair()
a.sendall(b"hello")
print(select.select([b], [], [], 1)[0] == [b], b.recv(10), a.getblocking())
a.close(); print(b.recv(10)); b.close()
s = socket.socket(); s.bind(("127.0.0.1", 0)); s.listen()
c = socket.create_connection(s.getsockname()); d, addr = s.accept()
c.send(b"tcp"); print(d.recv(5), addr[0])
for x in (c, d, s): x.close()
