//! What a document type declaration declares. A document's parser and those of its external parameter entities share
//! one; a parser of an external general entity has a copy.

use std::collections::HashMap;
use std::sync::Arc;

/// A declared entity.
#[derive(Clone, Default)]
pub struct Entity {
    /// The replacement text of an internal entity.
    pub text: Option<Arc<[u8]>>,
    pub base: Option<Arc<str>>,
    pub system_id: Option<Arc<str>>,
    pub public_id: Option<Arc<str>>,
    pub notation: Option<Arc<str>>,
    /// It is being expanded.
    pub open: bool,
    /// It was declared in the document itself, not in another entity.
    pub is_internal: bool,
}

/// A declared attribute.
#[derive(Clone)]
pub struct AttDef {
    pub name: Arc<str>,
    pub is_cdata: bool,
    pub default: Option<Arc<str>>,
}

/// Entities by name.
pub type Entities = HashMap<Arc<str>, Entity>;

/// What is declared.
#[derive(Clone)]
pub struct Dtd {
    pub general: Entities,
    pub params: Entities,
    /// The external subset.
    pub external: Option<Entity>,
    /// The attributes declared for an element, in order.
    pub attributes: HashMap<Arc<str>, Vec<AttDef>>,
    /// Declarations are heeded: nothing was left out before them that could have changed their meaning.
    pub keep_processing: bool,
    /// There are references to parameter entities, or an external subset.
    pub has_param_refs: bool,
    pub standalone: bool,
    /// The parser of the external parameter entity asked for was used.
    pub param_entity_read: bool,
    /// The entity value that is being read.
    pub value: Vec<u8>,
}

impl Default for Dtd {
    fn default() -> Dtd {
        Dtd {
            general: HashMap::new(),
            params: HashMap::new(),
            external: None,
            attributes: HashMap::new(),
            keep_processing: true,
            has_param_refs: false,
            standalone: false,
            param_entity_read: false,
            value: Vec::new(),
        }
    }
}

impl Dtd {
    /// Whether a reference to an entity that is not declared, or not in the document itself, is an error in content.
    pub fn must_be_declared(&self) -> bool {
        !self.has_param_refs || self.standalone
    }

    /// Declares an attribute, unless it is declared already.
    pub fn define_attribute(&mut self, element: &Arc<str>, def: AttDef) {
        let defs = self.attributes.entry(element.clone()).or_default();
        if !defs.iter().any(|d| d.name == def.name) {
            defs.push(def);
        }
    }

    /// Something was left out: what follows must not be relied on.
    pub fn stop_processing(&mut self) {
        self.keep_processing = self.standalone;
    }
}
