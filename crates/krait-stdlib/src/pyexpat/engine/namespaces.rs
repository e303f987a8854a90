//! Namespaces: which prefix stands for which address.

use std::collections::HashMap;
use std::sync::Arc;

use crate::pyexpat::engine::error::Code;
use crate::pyexpat::engine::event::Maybe;

const XML: &str = "http://www.w3.org/XML/1998/namespace";
const XMLNS: &str = "http://www.w3.org/2000/xmlns/";

struct Prefix {
    /// `None` for the default namespace.
    name: Maybe,
    uri: Maybe,
}

/// A binding in force, with what it hides.
struct Binding {
    prefix: usize,
    hidden: Maybe,
}

pub struct Namespaces {
    /// Stands between address and local name; `None` joins them.
    pub separator: Option<u8>,
    /// Names have the prefix as a third part.
    pub triplets: bool,
    numbers: HashMap<Arc<str>, usize>,
    prefixes: Vec<Prefix>,
    bindings: Vec<Binding>,
}

/// What a declaration of a prefix is.
pub fn declared_prefix(attribute: &[u8]) -> Option<&[u8]> {
    match attribute.strip_prefix(b"xmlns")? {
        [] => Some(b""),
        [b':', prefix @ ..] => Some(prefix),
        _ => None,
    }
}

/// Whether RFC 3986 allows this character in an address.
fn is_uri_char(b: u8) -> bool {
    b.is_ascii_alphanumeric() || b"-._~:/?#[]@!$&'()*+,;=%".contains(&b)
}

impl Namespaces {
    pub fn new(separator: Option<u8>) -> Namespaces {
        let xml = Prefix {
            name: Some("xml".into()),
            uri: Some(XML.into()),
        };
        let default = Prefix {
            name: None,
            uri: None,
        };
        Namespaces {
            separator,
            triplets: false,
            numbers: HashMap::from([("xml".into(), 1)]),
            prefixes: vec![default, xml],
            bindings: Vec::new(),
        }
    }

    fn number(&mut self, prefix: &[u8]) -> usize {
        if prefix.is_empty() {
            return 0;
        }
        let name = String::from_utf8_lossy(prefix);
        if let Some(&n) = self.numbers.get(&*name) {
            return n;
        }
        let name: Arc<str> = name.into();
        self.prefixes.push(Prefix {
            name: Some(name.clone()),
            uri: None,
        });
        self.numbers.insert(name, self.prefixes.len() - 1);
        self.prefixes.len() - 1
    }

    /// Binds a prefix (the empty one is the default namespace). What the events say: prefix and address.
    pub fn bind(&mut self, prefix: &[u8], uri: &[u8]) -> Result<(Maybe, Maybe), Code> {
        if uri.is_empty() && !prefix.is_empty() {
            return Err(Code::UndeclaringPrefix);
        }
        if prefix == b"xmlns" {
            return Err(Code::ReservedPrefixXmlns);
        }
        let must_be_xml = prefix == b"xml";
        if self
            .separator
            .is_some_and(|s| uri.contains(&s) && !is_uri_char(s))
        {
            return Err(Code::Syntax);
        }
        if must_be_xml != (uri == XML.as_bytes()) {
            return Err(if must_be_xml {
                Code::ReservedPrefixXml
            } else {
                Code::ReservedNamespaceUri
            });
        }
        if uri == XMLNS.as_bytes() {
            return Err(Code::ReservedNamespaceUri);
        }
        let n = self.number(prefix);
        let uri: Maybe = (!uri.is_empty()).then(|| String::from_utf8_lossy(uri).into());
        let prefix = &mut self.prefixes[n];
        let hidden = std::mem::replace(&mut prefix.uri, uri.clone());
        self.bindings.push(Binding { prefix: n, hidden });
        Ok((prefix.name.clone(), uri))
    }

    /// Undoes the last binding. Its prefix.
    pub fn unbind(&mut self) -> Maybe {
        let binding = self.bindings.pop()?;
        let prefix = &mut self.prefixes[binding.prefix];
        prefix.uri = binding.hidden;
        prefix.name.clone()
    }

    /// The full form of a name, appended to `out`; `false` if the name stands for itself.
    pub fn expand(&self, name: &[u8], is_element: bool, out: &mut Vec<u8>) -> Result<bool, Code> {
        let colon = name.iter().position(|&b| b == b':');
        let (prefix, local) = match colon {
            Some(i) => {
                let prefix = std::str::from_utf8(&name[..i]).unwrap_or_default();
                let n = self.numbers.get(prefix);
                (n.map(|&n| &self.prefixes[n]), &name[i + 1..])
            }
            None if is_element => (Some(&self.prefixes[0]), name),
            None => return Ok(false),
        };
        let Some((prefix, uri)) = prefix.and_then(|p| Some((p, p.uri.as_ref()?))) else {
            return match colon {
                Some(_) => Err(Code::UnboundPrefix),
                None => Ok(false),
            };
        };
        out.extend_from_slice(uri.as_bytes());
        out.extend(self.separator);
        out.extend_from_slice(local);
        if let Some(name) = prefix.name.as_ref().filter(|_| self.triplets) {
            out.extend(self.separator);
            out.extend_from_slice(name.as_bytes());
        }
        Ok(true)
    }

    /// The bindings in force, as the context of an external entity has them: `prefix=address`.
    pub fn context(&self) -> impl Iterator<Item = String> + '_ {
        self.prefixes.iter().filter_map(|p| {
            let uri = p.uri.as_ref()?;
            Some(format!("{}={uri}", p.name.as_deref().unwrap_or_default()))
        })
    }
}
