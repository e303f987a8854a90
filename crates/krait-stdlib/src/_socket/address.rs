//! Addresses: tuples and strs of Python, `sockaddr` of the system.

use std::ffi::CString;
use std::net::{Ipv4Addr, Ipv6Addr};

use krait_runtime::types::bytes::Bytes;

use crate::prelude::*;
use crate::support::fs_path;

/// Any address, and how many of its bytes count.
pub struct Address {
    pub storage: libc::sockaddr_storage,
    pub len: libc::socklen_t,
}

impl Address {
    pub fn empty() -> Address {
        // SAFETY: plain data.
        let storage = unsafe { std::mem::zeroed() };
        Address {
            storage,
            len: size_of::<libc::sockaddr_storage>() as libc::socklen_t,
        }
    }

    pub fn ptr(&self) -> *const libc::sockaddr {
        (&raw const self.storage).cast()
    }

    pub fn mut_ptr(&mut self) -> *mut libc::sockaddr {
        (&raw mut self.storage).cast()
    }

    fn of<T>(value: T) -> Address {
        let mut a = Address::empty();
        a.len = size_of::<T>() as libc::socklen_t;
        // SAFETY: every address structure fits into the storage.
        unsafe { (&raw mut a.storage).cast::<T>().write(value) };
        a
    }
}

fn v4(ip: Ipv4Addr, port: u16) -> Address {
    Address::of(libc::sockaddr_in {
        sin_family: libc::AF_INET as u16,
        sin_port: port.to_be(),
        sin_addr: libc::in_addr {
            s_addr: u32::from(ip).to_be(),
        },
        sin_zero: [0; 8],
    })
}

fn v6(ip: Ipv6Addr, port: u16, flow: u32, scope: u32) -> Address {
    Address::of(libc::sockaddr_in6 {
        sin6_family: libc::AF_INET6 as u16,
        sin6_port: port.to_be(),
        sin6_flowinfo: flow.to_be(),
        sin6_addr: libc::in6_addr {
            s6_addr: ip.octets(),
        },
        sin6_scope_id: scope,
    })
}

/// Text of a host argument.
pub fn host_text(cx: &mut Cx, v: Value) -> PyResult<CString> {
    let bytes = match Gc::<Str>::from_value(v) {
        Some(s) if s.is_ascii() => s.as_bytes().to_vec(),
        Some(_) => {
            let encoding = cx.new_str("idna");
            let encoded = cx.call_method_str(v, "encode", &[encoding])?;
            cx.bytes_like(encoded, <[u8]>::to_vec)?
        }
        None if cx.is_buffer(v) => cx.bytes_like(v, <[u8]>::to_vec)?,
        None => {
            let got = cx.type_name(v);
            return Err(cx.type_error(format!("str, bytes or bytearray expected, not {got}")));
        }
    };
    match CString::new(bytes) {
        Ok(c) => Ok(c),
        Err(_) => Err(cx.type_error("host name must not contain null character")),
    }
}

/// The first address of a host name.
pub fn resolve(cx: &mut Cx, host: &CString, family: i32) -> PyResult<Address> {
    let (mut name, mut flags) = (host.clone(), 0);
    match host.as_bytes() {
        b"" => {
            flags = libc::AI_PASSIVE;
            name = CString::default();
        }
        b"<broadcast>" if family == libc::AF_INET => return Ok(v4(Ipv4Addr::BROADCAST, 0)),
        text => {
            let text = std::str::from_utf8(text).unwrap_or_default();
            if family == libc::AF_INET
                && let Ok(ip) = text.parse::<Ipv4Addr>()
            {
                return Ok(v4(ip, 0));
            }
            if family == libc::AF_INET6
                && let Ok(ip) = text.parse::<Ipv6Addr>()
            {
                return Ok(v6(ip, 0, 0, 0));
            }
        }
    }
    let result = cx.blocking(|| {
        // SAFETY: C strings and plain data; the list is freed after its head was copied.
        unsafe {
            let mut hints: libc::addrinfo = std::mem::zeroed();
            hints.ai_family = family;
            hints.ai_socktype = libc::SOCK_DGRAM;
            hints.ai_flags = flags;
            let mut list = std::ptr::null_mut();
            let (node, service) = if flags != 0 {
                (std::ptr::null(), c"0".as_ptr())
            } else {
                (name.as_ptr(), std::ptr::null())
            };
            let r = libc::getaddrinfo(node, service, &raw const hints, &raw mut list);
            if r != 0 {
                return Err(r);
            }
            let mut a = Address::empty();
            a.len = (*list).ai_addrlen;
            std::ptr::copy_nonoverlapping(
                (*list).ai_addr.cast::<u8>(),
                a.mut_ptr().cast(),
                a.len as usize,
            );
            libc::freeaddrinfo(list);
            Ok(a)
        }
    });
    match result {
        Ok(a) => Ok(a),
        Err(code) => Err(super::gai_error(cx, code)),
    }
}

fn port_arg(cx: &mut Cx, v: Value, caller: &str) -> PyResult<u16> {
    match cx.index_i64(v)? {
        Some(n @ 0..=0xffff) => Ok(n as u16),
        _ => Err(cx.overflow_error(format!("{caller}(): port must be 0-65535."))),
    }
}

/// The address of a Python argument, for a socket of `family`.
pub fn parse(cx: &mut Cx, family: i32, v: Value, caller: &str) -> PyResult<Address> {
    match family {
        libc::AF_UNIX => return parse_unix(cx, v),
        libc::AF_INET | libc::AF_INET6 => {}
        _ => {
            let class = cx.types().os_error;
            return Err(cx.error(class, &format!("{caller}(): bad family")));
        }
    }
    let name = if family == libc::AF_INET {
        "AF_INET"
    } else {
        "AF_INET6"
    };
    let Some(t) = Gc::<Tuple>::from_value(v) else {
        let got = cx.type_name(v);
        return Err(cx.type_error(format!(
            "{caller}(): {name} address must be tuple, not {got}"
        )));
    };
    if family == libc::AF_INET {
        if t.len() != 2 {
            return Err(cx.type_error(format!(
                "{caller}(): AF_INET address must be a pair (host, port)"
            )));
        }
        let host = host_text(cx, t.get(0))?;
        let port = port_arg(cx, t.get(1), caller)?;
        let mut a = resolve(cx, &host, family)?;
        // SAFETY: the family says what the structure is.
        unsafe { (*a.mut_ptr().cast::<libc::sockaddr_in>()).sin_port = port.to_be() };
        return Ok(a);
    }
    if !(2..=4).contains(&t.len()) {
        return Err(cx.type_error(format!(
            "{caller}(): AF_INET6 address must be a tuple (host, port[, flowinfo[, scopeid]])"
        )));
    }
    let host = host_text(cx, t.get(0))?;
    let port = port_arg(cx, t.get(1), caller)?;
    let flow = if t.len() > 2 {
        cx.index_i64(t.get(2))?.unwrap_or(-1)
    } else {
        0
    };
    let scope = if t.len() > 3 {
        cx.index_i64(t.get(3))?.unwrap_or(0) as u32
    } else {
        0
    };
    if !(0..=0xfffff).contains(&flow) {
        return Err(cx.overflow_error(format!("{caller}(): flowinfo must be 0-1048575.")));
    }
    let mut a = resolve(cx, &host, family)?;
    // SAFETY: the family says what the structure is.
    unsafe {
        let p = &mut *a.mut_ptr().cast::<libc::sockaddr_in6>();
        p.sin6_port = port.to_be();
        p.sin6_flowinfo = (flow as u32).to_be();
        p.sin6_scope_id = scope;
    }
    Ok(a)
}

fn parse_unix(cx: &mut Cx, v: Value) -> PyResult<Address> {
    let bytes = match Gc::<Str>::from_value(v) {
        Some(s) => fs_path::fs_encode(cx, s)?,
        None => cx.bytes_like(v, <[u8]>::to_vec)?,
    };
    // SAFETY: plain data.
    let mut un: libc::sockaddr_un = unsafe { std::mem::zeroed() };
    un.sun_family = libc::AF_UNIX as u16;
    let is_abstract = bytes.first() == Some(&0);
    if bytes.len() > un.sun_path.len() - !is_abstract as usize {
        let class = cx.types().os_error;
        return Err(cx.error(class, "AF_UNIX path too long"));
    }
    for (to, from) in un.sun_path.iter_mut().zip(&bytes) {
        *to = *from as libc::c_char;
    }
    let mut a = Address::of(un);
    let head = std::mem::offset_of!(libc::sockaddr_un, sun_path);
    a.len = (head + bytes.len() + !is_abstract as usize) as libc::socklen_t;
    Ok(a)
}

/// The Python form of an address; `None` for none.
pub fn value(cx: &mut Cx, a: &Address) -> PyResult<Value> {
    if a.len == 0 {
        return Ok(Value::none());
    }
    match a.storage.ss_family as i32 {
        libc::AF_INET => {
            // SAFETY: the family says what the structure is.
            let p = unsafe { &*a.ptr().cast::<libc::sockaddr_in>() };
            let ip = Ipv4Addr::from(u32::from_be(p.sin_addr.s_addr)).to_string();
            let host = cx.new_str(&ip);
            Ok(cx.new_tuple(&[host, Value::small(u16::from_be(p.sin_port) as i64)]))
        }
        libc::AF_INET6 => {
            // SAFETY: the family says what the structure is.
            let p = unsafe { &*a.ptr().cast::<libc::sockaddr_in6>() };
            let ip = Ipv6Addr::from(p.sin6_addr.s6_addr).to_string();
            let host = cx.new_str(&ip);
            let rest = [
                u16::from_be(p.sin6_port) as i64,
                u32::from_be(p.sin6_flowinfo) as i64,
                p.sin6_scope_id as i64,
            ]
            .map(Value::small);
            Ok(cx.new_tuple(&[host, rest[0], rest[1], rest[2]]))
        }
        libc::AF_UNIX => {
            // SAFETY: the family says what the structure is.
            let p = unsafe { &*a.ptr().cast::<libc::sockaddr_un>() };
            let len = (a.len as usize)
                .saturating_sub(std::mem::offset_of!(libc::sockaddr_un, sun_path))
                .min(p.sun_path.len());
            let bytes: Vec<u8> = p.sun_path[..len].iter().map(|&c| c as u8).collect();
            if bytes.first() == Some(&0) {
                return Ok(Bytes::from_slice(cx, &bytes)?.value());
            }
            let end = bytes.iter().position(|&b| b == 0).unwrap_or(len);
            fs_path::fs_decode(cx, &bytes[..end])
        }
        family => {
            let data = Bytes::from_slice(cx, &[])?;
            Ok(cx.new_tuple(&[Value::small(family as i64), data.value()]))
        }
    }
}
