//! Names, services, byte order, default timeout.

use std::ffi::{CStr, CString};
use std::net::{Ipv4Addr, Ipv6Addr};
use std::sync::atomic::{AtomicI64, Ordering};

use krait_runtime::types::bytes::Bytes;

use super::address::{self, Address};
use super::socket::{self, timeout_value};
use crate::prelude::*;
use crate::support::{self, names::CName};

/// Nanoseconds, -1 for none.
pub struct Defaults {
    pub timeout: AtomicI64,
}

impl Default for Defaults {
    fn default() -> Defaults {
        Defaults {
            timeout: AtomicI64::new(-1),
        }
    }
}

fn message(cx: &mut Cx, text: &str) -> Raised {
    let class = cx.types().os_error;
    cx.error(class, text)
}

fn text(p: *const libc::c_char) -> String {
    if p.is_null() {
        return String::new();
    }
    // SAFETY: a C string of the C library, copied at once.
    unsafe { CStr::from_ptr(p) }.to_string_lossy().into_owned()
}

/// `host` and `port` of `getaddrinfo` as C strings.
fn node_arg(cx: &mut Cx, v: Value) -> PyResult<Option<CString>> {
    if v.is_none() {
        Ok(None)
    } else {
        address::host_text(cx, v).map(Some)
    }
}

fn service_arg(cx: &mut Cx, v: Value) -> PyResult<Option<CString>> {
    if v.is_none() {
        return Ok(None);
    }
    if krait_runtime::types::int::is_int(v) {
        let shown = cx.repr_string(v)?;
        return Ok(CString::new(shown).ok());
    }
    address::host_text(cx, v).map(Some)
}

struct Info {
    family: i32,
    kind: i32,
    protocol: i32,
    canonical: String,
    address: Address,
}

fn getaddrinfo(
    cx: &mut Cx,
    node: Option<CString>,
    service: Option<CString>,
    wanted: [i32; 4],
) -> PyResult<Vec<Info>> {
    let result = cx.blocking(|| {
        let mut found = Vec::new();
        // SAFETY: C strings and plain data; the list is freed after it was copied.
        unsafe {
            let mut hints: libc::addrinfo = std::mem::zeroed();
            [
                hints.ai_family,
                hints.ai_socktype,
                hints.ai_protocol,
                hints.ai_flags,
            ] = wanted;
            let mut list = std::ptr::null_mut();
            let c = |s: &Option<CString>| s.as_ref().map_or(std::ptr::null(), |s| s.as_ptr());
            let r = libc::getaddrinfo(c(&node), c(&service), &raw const hints, &raw mut list);
            if r != 0 {
                return Err(r);
            }
            let mut at = list;
            while !at.is_null() {
                let i = &*at;
                let mut address = Address::empty();
                address.len = i.ai_addrlen;
                std::ptr::copy_nonoverlapping(
                    i.ai_addr.cast::<u8>(),
                    address.mut_ptr().cast(),
                    i.ai_addrlen as usize,
                );
                found.push(Info {
                    family: i.ai_family,
                    kind: i.ai_socktype,
                    protocol: i.ai_protocol,
                    canonical: text(i.ai_canonname),
                    address,
                });
                at = i.ai_next;
            }
            libc::freeaddrinfo(list);
        }
        Ok(found)
    });
    match result {
        Ok(found) => Ok(found),
        Err(code) => Err(super::gai_error(cx, code)),
    }
}

/// Host and service names of an address.
fn getnameinfo(cx: &mut Cx, a: &Address, flags: i32) -> PyResult<(String, String)> {
    let (mut host, mut service) = ([0 as libc::c_char; 1025], [0 as libc::c_char; 32]);
    // SAFETY: the buffers have the sizes given.
    let r = cx.blocking(|| unsafe {
        libc::getnameinfo(
            a.ptr(),
            a.len,
            host.as_mut_ptr(),
            1025,
            service.as_mut_ptr(),
            32,
            flags,
        )
    });
    if r != 0 {
        return Err(super::gai_error(cx, r));
    }
    Ok((text(host.as_ptr()), text(service.as_ptr())))
}

fn host_by_name(cx: &mut Cx, name: Value) -> PyResult<Value> {
    let host = address::host_text(cx, name)?;
    let a = address::resolve(cx, &host, libc::AF_INET)?;
    let v = address::value(cx, &a)?;
    cx.get_item(v, Value::small(0))
}

fn ip_of(cx: &mut Cx, family: i32, packed: &[u8]) -> PyResult<String> {
    match (family, packed.len()) {
        (libc::AF_INET, 4) => {
            Ok(Ipv4Addr::new(packed[0], packed[1], packed[2], packed[3]).to_string())
        }
        (libc::AF_INET6, 16) => {
            let mut octets = [0; 16];
            octets.copy_from_slice(packed);
            Ok(Ipv6Addr::from(octets).to_string())
        }
        (libc::AF_INET | libc::AF_INET6, _) => {
            Err(cx.value_error("invalid length of packed IP address string"))
        }
        _ => Err(cx.value_error(format!("unknown address family {family}"))),
    }
}

fn word16(cx: &mut Cx, v: i64, name: &str) -> PyResult<u16> {
    if v < 0 {
        return Err(cx.overflow_error(format!(
            "{name}: can't convert negative Python int to C 16-bit unsigned integer"
        )));
    }
    u16::try_from(v).map_err(|_| {
        cx.overflow_error(format!(
            "{name}: Python int too large to convert to C 16-bit unsigned integer"
        ))
    })
}

pub struct Functions;

#[pyfunctions]
impl Functions {
    /// Resolve host and port into list of address info entries.
    ///
    /// Translate the host/port argument into a sequence of 5-tuples that contain
    /// all the necessary arguments for creating a socket connected to that service.
    #[py(
        sig = "($module, /, host, port, family=0, type=0, proto=0, flags=0)",
        hide_sig
    )]
    fn getaddrinfo(
        cx: &mut Cx,
        host: Value,
        port: Value,
        family: Option<i32>,
        r#type: Option<i32>,
        proto: Option<i32>,
        flags: Option<i32>,
    ) -> PyResult<Value> {
        let (node, service) = (node_arg(cx, host)?, service_arg(cx, port)?);
        let wanted = [family, r#type, proto, flags].map(|n| n.unwrap_or(0));
        let found = getaddrinfo(cx, node, service, wanted)?;
        let mut out = ValueVec::new();
        for i in &found {
            let address = address::value(cx, &i.address)?;
            let canonical = cx.new_str(&i.canonical);
            let [f, k, p] = [i.family, i.kind, i.protocol].map(|n| Value::small(n as i64));
            let entry = cx.new_tuple(&[f, k, p, canonical, address]);
            out.push(cx, entry)?;
        }
        Ok(List::from_vec(cx, out).value())
    }
    /// Get host and port for a sockaddr.
    #[py(sig = "($module, sockaddr, flags, /)", hide_sig)]
    fn getnameinfo(cx: &mut Cx, sockaddr: Value, flags: i32) -> PyResult<Value> {
        let Some(t) = Gc::<Tuple>::from_value(sockaddr).filter(|t| (2..=4).contains(&t.len()))
        else {
            return Err(cx.type_error("getnameinfo() argument 1 must be a tuple"));
        };
        let (node, service) = (node_arg(cx, t.get(0))?, service_arg(cx, t.get(1))?);
        let found = getaddrinfo(
            cx,
            node,
            service,
            [0, libc::SOCK_DGRAM, 0, libc::AI_NUMERICHOST],
        )?;
        let Some(first) = found.first().filter(|_| found.len() == 1) else {
            return Err(message(cx, "sockaddr resolved to multiple addresses"));
        };
        let (host, service) = getnameinfo(cx, &first.address, flags)?;
        let (host, service) = (cx.new_str(&host), cx.new_str(&service));
        Ok(cx.new_tuple(&[host, service]))
    }
    /// Return the IP address (a string of the form '255.255.255.255') for a host.
    #[py(sig = "($module, host, /)", hide_sig)]
    fn gethostbyname(cx: &mut Cx, host: Value) -> PyResult<Value> {
        host_by_name(cx, host)
    }
    /// Return the true host name, a list of aliases, and a list of IP addresses, for a host.
    #[py(sig = "($module, host, /)", hide_sig)]
    fn gethostbyname_ex(cx: &mut Cx, host: Value) -> PyResult<Value> {
        let ip = host_by_name(cx, host)?;
        let (aliases, ips) = (cx.new_list(&[]), cx.new_list(&[ip]));
        Ok(cx.new_tuple(&[host, aliases, ips]))
    }
    /// Return the true host name, a list of aliases, and a list of IP addresses, for a host address.
    #[py(sig = "($module, host, /)", hide_sig)]
    fn gethostbyaddr(cx: &mut Cx, host: Value) -> PyResult<Value> {
        let node = node_arg(cx, host)?;
        let found = getaddrinfo(cx, node, None, [0, libc::SOCK_STREAM, 0, 0])?;
        let Some(first) = found.first() else {
            return Err(message(cx, "host not found"));
        };
        let (name, _) = getnameinfo(cx, &first.address, libc::NI_NAMEREQD)?;
        let (ip, _) = getnameinfo(cx, &first.address, libc::NI_NUMERICHOST)?;
        let (name, ip) = (cx.new_str(&name), cx.new_str(&ip));
        let (aliases, ips) = (cx.new_list(&[]), cx.new_list(&[ip]));
        Ok(cx.new_tuple(&[name, aliases, ips]))
    }
    /// Return the current host name.
    #[py(sig = "($module, /)")]
    fn gethostname(cx: &mut Cx) -> PyResult<Value> {
        let mut name = [0 as libc::c_char; 256];
        // SAFETY: the buffer has that size.
        let r = unsafe { libc::gethostname(name.as_mut_ptr(), 255) };
        support::check(cx, r)?;
        Ok(cx.new_str(&text(name.as_ptr())))
    }
    /// Return the port number for a service name (and optional protocol name).
    #[py(sig = "($module, servicename, protocolname=None, /)", hide_sig)]
    fn getservbyname(
        cx: &mut Cx,
        servicename: CName,
        protocolname: Option<CName>,
    ) -> PyResult<i64> {
        let p = protocolname
            .as_ref()
            .map_or(std::ptr::null(), |p| p.0.as_ptr());
        // SAFETY: C strings; the result is read at once.
        let port = unsafe {
            libc::getservbyname(servicename.0.as_ptr(), p)
                .as_ref()
                .map(|s| u16::from_be(s.s_port as u16))
        };
        match port {
            Some(n) => Ok(n as i64),
            None => Err(message(cx, "service/proto not found")),
        }
    }
    /// Return the service name from a port number (and optional protocol name).
    #[py(sig = "($module, port, protocolname=None, /)", hide_sig)]
    fn getservbyport(cx: &mut Cx, port: i32, protocolname: Option<CName>) -> PyResult<String> {
        if !(0..=0xffff).contains(&port) {
            return Err(cx.overflow_error("getservbyport: port must be 0-65535."));
        }
        let p = protocolname
            .as_ref()
            .map_or(std::ptr::null(), |p| p.0.as_ptr());
        // SAFETY: a C string or null; the result is copied at once.
        let name = unsafe {
            libc::getservbyport((port as u16).to_be() as i32, p)
                .as_ref()
                .map(|s| text(s.s_name))
        };
        name.ok_or_else(|| message(cx, "port/proto not found"))
    }
    /// Return the protocol number for the named protocol.
    #[py(sig = "($module, name, /)", hide_sig)]
    fn getprotobyname(cx: &mut Cx, name: CName) -> PyResult<i32> {
        // SAFETY: a C string; the result is read at once.
        let n = unsafe {
            libc::getprotobyname(name.0.as_ptr())
                .as_ref()
                .map(|p| p.p_proto)
        };
        n.ok_or_else(|| message(cx, "protocol not found"))
    }
    /// Convert a 16-bit unsigned integer from network to host byte order.
    #[py(sig = "($module, integer, /)")]
    fn ntohs(cx: &mut Cx, integer: i64) -> PyResult<u16> {
        word16(cx, integer, "ntohs").map(u16::from_be)
    }
    /// Convert a 16-bit unsigned integer from host to network byte order.
    #[py(sig = "($module, integer, /)")]
    fn htons(cx: &mut Cx, integer: i64) -> PyResult<u16> {
        word16(cx, integer, "htons").map(u16::to_be)
    }
    /// Convert a 32-bit unsigned integer from network to host byte order.
    #[py(sig = "($module, integer, /)")]
    fn ntohl(integer: u32) -> u32 {
        u32::from_be(integer)
    }
    /// Convert a 32-bit unsigned integer from host to network byte order.
    #[py(sig = "($module, integer, /)")]
    fn htonl(integer: u32) -> u32 {
        integer.to_be()
    }
    /// Convert an IP address in string format (123.45.67.89) to the 32-bit packed binary format.
    #[py(sig = "($module, ip_addr, /)")]
    fn inet_aton(cx: &mut Cx, ip_addr: CName) -> PyResult<Value> {
        let mut a = libc::in_addr { s_addr: 0 };
        // SAFETY: a C string; the result is ours.
        if unsafe { inet_aton(ip_addr.0.as_ptr(), &raw mut a) } == 0 {
            return Err(message(cx, "illegal IP address string passed to inet_aton"));
        }
        Ok(cx.new_bytes(&a.s_addr.to_ne_bytes()))
    }
    /// Convert an IP address from 32-bit packed binary format to string format.
    #[py(sig = "($module, packed_ip, /)")]
    fn inet_ntoa(cx: &mut Cx, packed_ip: Value) -> PyResult<String> {
        let bytes = cx.bytes_like(packed_ip, <[u8]>::to_vec)?;
        match bytes.len() {
            4 => ip_of(cx, libc::AF_INET, &bytes),
            _ => Err(message(cx, "packed IP wrong length")),
        }
    }
    /// Convert an IP address from string format to a packed string suitable for use with low-level network functions.
    #[py(sig = "($module, af, ip, /)", hide_sig)]
    fn inet_pton(cx: &mut Cx, af: i32, ip: Gc<Str>) -> PyResult<Value> {
        let text = ip.to_string_lossy();
        let packed = match af {
            libc::AF_INET => text.parse::<Ipv4Addr>().ok().map(|a| a.octets().to_vec()),
            libc::AF_INET6 => text.parse::<Ipv6Addr>().ok().map(|a| a.octets().to_vec()),
            _ => return Err(support::os_error(cx, libc::EAFNOSUPPORT)),
        };
        match packed {
            Some(p) => Ok(Bytes::from_slice(cx, &p)?.value()),
            None => Err(message(cx, "illegal IP address string passed to inet_pton")),
        }
    }
    /// Convert a packed IP address of the given family to string format.
    #[py(sig = "($module, af, packed_ip, /)", hide_sig)]
    fn inet_ntop(cx: &mut Cx, af: i32, packed_ip: Value) -> PyResult<String> {
        let bytes = cx.bytes_like(packed_ip, <[u8]>::to_vec)?;
        ip_of(cx, af, &bytes)
    }
    /// Returns the default timeout in seconds (float) for new socket objects.
    #[py(sig = "($module, /)")]
    fn getdefaulttimeout(cx: &mut Cx) -> Value {
        let ns = cx.state::<Defaults>().timeout.load(Ordering::Relaxed);
        timeout_value(cx, ns)
    }
    /// Set the default timeout in seconds (float) for new socket objects.
    #[py(sig = "($module, object, /)")]
    fn setdefaulttimeout(cx: &mut Cx, object: Value) -> PyResult<()> {
        let ns = socket::timeout_arg(cx, object)?;
        cx.state::<Defaults>().timeout.store(ns, Ordering::Relaxed);
        Ok(())
    }
    /// Close an integer socket file descriptor.
    #[py(sig = "($module, object, /)")]
    fn close(cx: &mut Cx, object: i32) -> PyResult<()> {
        match cx.blocking(|| {
            // SAFETY: whose descriptor it is, is the program's business.
            if unsafe { libc::close(object) } < 0 {
                support::errno()
            } else {
                0
            }
        }) {
            0 | libc::ECONNRESET => Ok(()),
            code => Err(support::os_error(cx, code)),
        }
    }
    /// Duplicate an integer socket file descriptor.
    #[py(sig = "($module, object, /)")]
    fn dup(cx: &mut Cx, object: i32) -> PyResult<i32> {
        // SAFETY: plain numbers.
        let r = unsafe { libc::fcntl(object, libc::F_DUPFD_CLOEXEC, 0) };
        support::check(cx, r)
    }
    /// Create a pair of socket objects from the sockets returned by the platform socketpair() function.
    #[py(
        sig = "($module, family=AF_UNIX, type=SOCK_STREAM, proto=0, /)",
        hide_sig
    )]
    fn socketpair(
        cx: &mut Cx,
        family: Option<i32>,
        r#type: Option<i32>,
        proto: Option<i32>,
    ) -> PyResult<Value> {
        let (family, kind, proto) = (
            family.unwrap_or(libc::AF_UNIX),
            r#type.unwrap_or(libc::SOCK_STREAM),
            proto.unwrap_or(0),
        );
        let mut fds = [0; 2];
        // SAFETY: room for two descriptors.
        let r =
            unsafe { libc::socketpair(family, kind | libc::SOCK_CLOEXEC, proto, fds.as_mut_ptr()) };
        support::check(cx, r)?;
        let a = socket::from_fd(cx, fds[0], family, kind, proto)?;
        let b = socket::from_fd(cx, fds[1], family, kind, proto)?;
        Ok(cx.new_tuple(&[a, b]))
    }
    /// Returns the interface index corresponding to the interface name if_name.
    #[py(sig = "($module, oname, /)")]
    fn if_nametoindex(cx: &mut Cx, oname: CName) -> PyResult<u32> {
        // SAFETY: a C string.
        match unsafe { libc::if_nametoindex(oname.0.as_ptr()) } {
            0 => Err(message(cx, "no interface with this name")),
            n => Ok(n),
        }
    }
}

unsafe extern "C" {
    fn inet_aton(text: *const libc::c_char, out: *mut libc::in_addr) -> libc::c_int;
}
