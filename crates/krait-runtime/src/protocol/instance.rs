//! Attributes stored in instances: inline slots, overflow array, dictionary mode.

use std::sync::atomic::Ordering;

use crate::cx::Cx;
use crate::error::PyResult;
use crate::object::{Array, Gc, Header, Kind, Slot};
use crate::shape::{NO_DICT, ShapeEntry};
use crate::types::dict::Dict;
use crate::types::str::Str;
use crate::types::typeobj::Type;
use crate::value::Value;

/// Instances with more attributes than this go to dictionary mode.
const MAX_SHAPE_ATTRIBUTES: u16 = 128;

/// First word of the tail of `o`.
#[inline(always)]
pub fn tail(o: *mut Header, e: &ShapeEntry) -> *const Slot {
    let offset = if e.tail_offset != 0 {
        e.tail_offset as usize
    } else {
        variable_payload(o)
    };
    // SAFETY: an object of this shape has its tail at that offset.
    unsafe { o.cast::<u8>().add(offset).cast() }
}

/// Bytes of a payload whose size depends on the object.
#[cold]
pub(crate) fn variable_payload(o: *mut Header) -> usize {
    let v = Value::from_object(o);
    // SAFETY: a live object.
    let kind = unsafe { (*o).kind() };
    let size = if kind == Kind::Str as u8 {
        Gc::<Str>::from_value_unchecked(v).payload_size()
    } else if kind == Kind::Tuple as u8 {
        Gc::<crate::types::tuple::Tuple>::from_value_unchecked(v).payload_size()
    } else if kind == Kind::Int as u8 {
        Gc::<crate::types::int::BigInt>::from_value_unchecked(v).payload_size()
    } else {
        debug_assert!(kind == Kind::Bytes as u8);
        Gc::<crate::types::bytes::Bytes>::from_value_unchecked(v).payload_size()
    };
    size.next_multiple_of(8)
}

/// The overflow word of `o`, if instances of its class have a `__dict__`.
#[inline(always)]
fn overflow<'a>(o: *mut Header, e: &ShapeEntry) -> Option<&'a Slot> {
    // SAFETY: within the tail.
    (e.dict_at != NO_DICT).then(|| unsafe { &*tail(o, e).add(e.dict_at as usize) })
}

/// Word `index` of the tail: a `__slots__` member.
pub fn member<'a>(cx: &Cx, o: *mut Header, index: u16) -> &'a Slot {
    // SAFETY: a live object; the descriptor's owner check vouches for the index.
    unsafe { &*tail(o, cx.shape_entry((*o).shape())).add(index as usize) }
}

impl Cx {
    /// The value of instance attribute `name` (interned) of `v`, from its slots or dict.
    #[inline]
    pub fn instance_get(&mut self, v: Value, name: Gc<Str>) -> Option<Value> {
        let o = v.as_object()?;
        // SAFETY: a live object.
        let e = self.shape_entry(unsafe { (*o).shape() });
        if e.dict_at == NO_DICT {
            return None;
        }
        if e.dict_mode {
            let d: Gc<Dict> = Gc::from_value(overflow(o, e)?.get())?;
            return d.get_str(self, name);
        }
        let i = e.shape.lookup(name.value())?;
        slot_of(o, e, i)?.get().some()
    }

    /// Sets instance attribute `name` (interned). `false`: instances of this class have no dict.
    pub fn instance_set(&mut self, v: Value, name: Gc<Str>, value: Value) -> PyResult<bool> {
        let Some(o) = v.as_object() else {
            return Ok(false);
        };
        let locked = self.lock_object(o);
        // SAFETY: a live object.
        let id = unsafe { (*o).shape() };
        let e = self.shape_entry(id);
        let Some(word) = overflow(o, e) else {
            self.unlock_object(o, locked);
            return Ok(false);
        };
        if e.dict_mode {
            let d = Gc::<Dict>::from_value(word.get());
            self.unlock_object(o, locked);
            let d = match d {
                Some(d) => d,
                None => self
                    .instance_dict(v)?
                    .expect("dictionary mode has a dict word"),
            };
            d.set_str(self, name, value);
            return Ok(true);
        }
        if let Some(i) = e.shape.lookup(name.value())
            && let Some(slot) = slot_of(o, e, i)
        {
            slot.set_in(self, owner_of(o, e, i), value);
            self.unlock_object(o, locked);
            return Ok(true);
        }
        self.unlock_object(o, locked);
        if e.shape.len >= MAX_SHAPE_ATTRIBUTES {
            if let Some(d) = self.instance_dict(v)? {
                d.set_str(self, name, value);
            }
            return Ok(true);
        }
        self.add_attribute(v, o, id, name, value)?;
        Ok(true)
    }

    /// Stores a new attribute and moves the object to the next shape.
    fn add_attribute(
        &mut self,
        v: Value,
        o: *mut Header,
        id: u32,
        name: Gc<Str>,
        value: Value,
    ) -> PyResult<()> {
        let Some(child) = self.interp().shapes.transition(id, name.value()) else {
            if let Some(d) = self.instance_dict(v)? {
                d.set_str(self, name, value);
            }
            return Ok(());
        };
        let e = self.shape_entry(id);
        let i = child.len - 1;
        let overflowing = i >= e.cap;
        let new_array = if overflowing {
            self.grown_overflow(o, e, i - e.cap)?
        } else {
            None
        };
        let locked = self.lock_object(o);
        // SAFETY: a live object.
        if unsafe { (*o).shape() } != id {
            // Another thread changed the object meanwhile: start again from its new shape.
            self.unlock_object(o, locked);
            return self.instance_set(v, name, value).map(|_| ());
        }
        if let (Some(a), Some(word)) = (new_array, overflow(o, e)) {
            // Under the lock: other threads may have stored into the old one until now.
            if let Some(old) = Gc::<Array>::from_value(word.get()) {
                for (from, to) in old.slots().iter().zip(a.slots()) {
                    to.set(self, a, from.get());
                }
            }
            word.set_in(self, o, a.value());
        }
        if let Some(slot) = slot_of(o, e, i) {
            slot.set_in(self, owner_of(o, e, i), value);
        }
        // SAFETY: a live object; the slots the new shape describes are written.
        unsafe { (*o).set_shape(child.id) };
        self.unlock_object(o, locked);
        if overflowing {
            e.class.predict_attributes(self, child.len.min(32));
        }
        Ok(())
    }

    /// A new overflow array with room for index `at`, if the present one is too small.
    fn grown_overflow(
        &mut self,
        o: *mut Header,
        e: &ShapeEntry,
        at: u16,
    ) -> PyResult<Option<Gc<Array>>> {
        let old = overflow(o, e).and_then(|w| Gc::<Array>::from_value(w.get()));
        if old.is_some_and(|a| (at as usize) < a.len) {
            return Ok(None);
        }
        self.try_new_array((at as usize + 1).next_power_of_two().max(4))
            .map(Some)
    }

    /// Deletes instance attribute `name`; `false` if it is not there.
    pub fn instance_del(&mut self, v: Value, name: Gc<Str>) -> PyResult<bool> {
        if self.instance_get(v, name).is_none() {
            return Ok(false);
        }
        // A slot index is never used again within one storage: move to dictionary mode.
        match self.instance_dict(v)? {
            Some(d) => Ok(d.remove_str(self, name).is_some()),
            None => Ok(false),
        }
    }

    /// The instance's `__dict__` if somebody has asked for it already.
    pub fn own_dict(&self, v: Value) -> Option<Gc<Dict>> {
        let o = v.as_object()?;
        // SAFETY: a live object.
        let e = *self.shape_entry(unsafe { (*o).shape() });
        let word = overflow(o, &e).filter(|_| e.dict_mode)?;
        Gc::from_value(word.get())
    }

    /// The instance's `__dict__`, converting it to dictionary mode. `None`: it has none.
    pub fn instance_dict(&mut self, v: Value) -> PyResult<Option<Gc<Dict>>> {
        let Some(o) = v.as_object() else {
            return Ok(None);
        };
        loop {
            // SAFETY: a live object.
            let id = unsafe { (*o).shape() };
            let e = *self.shape_entry(id);
            let Some(word) = overflow(o, &e) else {
                return Ok(None);
            };
            if e.dict_mode
                && let Some(d) = Gc::<Dict>::from_value(word.get())
            {
                return Ok(Some(d));
            }
            let d = self.new_dict();
            if !e.dict_mode && e.shape.len != 0 {
                d.reserve(self, e.shape.len as usize)?;
                self.each_attribute(o, &e, |cx, name, value| d.push_new(cx, name, value));
            }
            if self.adopt_dict(o, id, d, !e.dict_mode) {
                return Ok(Some(d));
            }
        }
    }

    /// A new dict of the attributes that `v` has in slots, if there are any.
    pub fn copy_of_attributes(&mut self, v: Value) -> PyResult<Option<Gc<Dict>>> {
        let Some(o) = v.as_object() else {
            return Ok(None);
        };
        // SAFETY: a live object.
        let e = *self.shape_entry(unsafe { (*o).shape() });
        if e.dict_mode || e.dict_at == NO_DICT || e.shape.len == 0 {
            return Ok(None);
        }
        let d = self.new_dict();
        d.reserve(self, e.shape.len as usize)?;
        self.each_attribute(o, &e, |cx, name, value| d.push_new(cx, name, value));
        Ok(Some(d).filter(|d| d.len() != 0))
    }

    /// Calls `f` with the attributes in slots of `o`, of shape `e`.
    fn each_attribute(
        &mut self,
        o: *mut Header,
        e: &ShapeEntry,
        f: impl Fn(&mut Cx, Gc<Str>, Value),
    ) {
        e.shape.with_names(|names| {
            for (i, &name) in names.iter().enumerate() {
                if let (Some(name), Some(value)) = (
                    Gc::from_value(name),
                    slot_of(o, e, i as u16).and_then(|s| s.get().some()),
                ) {
                    f(self, name, value);
                }
            }
        });
    }

    /// Makes `d` the storage of `o` if its shape still is `id`. `is_copy`: it holds what the slots
    /// held a moment ago.
    fn adopt_dict(&mut self, o: *mut Header, id: u32, d: Gc<Dict>, is_copy: bool) -> bool {
        let e = *self.shape_entry(id);
        let target = e.class.dict_mode_shape(self, id);
        let locked = self.lock_object(o);
        // SAFETY: a live object.
        let unchanged = unsafe { (*o).shape() } == id;
        if let (true, Some(word)) = (unchanged, overflow(o, &e)) {
            if is_copy && self.mutator.is_multithreaded() {
                // Other threads may have stored into slots since; the keys are there already.
                self.each_attribute(o, &e, |cx, name, value| d.set_str(cx, name, value));
            }
            word.set_in(self, o, d.value());
            // SAFETY: as above.
            unsafe { (*o).set_shape(target) };
            for i in 0..e.cap.min(e.shape.len) {
                // Inline slots are not used any more; do not keep their values alive.
                if let Some(slot) = slot_of(o, &e, i) {
                    slot.set_immediate(Value::EMPTY);
                }
            }
        }
        self.unlock_object(o, locked);
        unchanged
    }

    /// `v.__dict__ = d`. `false`: instances have no dict.
    pub fn set_instance_dict(&mut self, v: Value, d: Gc<Dict>) -> PyResult<bool> {
        let Some(o) = v.as_object() else {
            return Ok(false);
        };
        loop {
            // SAFETY: a live object.
            let id = unsafe { (*o).shape() };
            if self.shape_entry(id).dict_at == NO_DICT {
                return Ok(false);
            }
            if self.adopt_dict(o, id, d, false) {
                return Ok(true);
            }
        }
    }

    /// Calls `f` with each instance attribute without changing the representation.
    pub fn instance_attributes(&mut self, v: Value) -> Vec<(Gc<Str>, Value)> {
        let Some(o) = v.as_object() else {
            return Vec::new();
        };
        // SAFETY: a live object.
        let e = *self.shape_entry(unsafe { (*o).shape() });
        if e.dict_mode || e.dict_at == NO_DICT {
            return Vec::new();
        }
        let names = e.shape.names();
        names
            .into_iter()
            .enumerate()
            .filter_map(|(i, n)| {
                Some((Gc::from_value(n)?, slot_of(o, &e, i as u16)?.get().some()?))
            })
            .collect()
    }

    /// `v.__class__ = class`, layouts known to be compatible: keeps the object's capacity.
    pub fn change_class(&mut self, v: Value, class: Gc<Type>) -> PyResult<()> {
        let Some(o) = v.as_object() else {
            return Ok(());
        };
        // SAFETY: a live object.
        let id = unsafe { (*o).shape() };
        let e = *self.shape_entry(id);
        let root = self.shape_entry(class.instance_shape());
        let mut shape = if root.tail_words == e.tail_words && !e.dict_mode {
            class.instance_shape()
        } else if e.dict_mode {
            class.dict_mode_shape(self, id)
        } else {
            class.make_root_shape(self, e.cap).id
        };
        if !e.dict_mode {
            for name in e.shape.names() {
                let Some(next) = self.interp().shapes.transition(shape, name) else {
                    self.instance_dict(v)?;
                    return self.change_class(v, class);
                };
                shape = next.id;
            }
        }
        let locked = self.lock_object(o);
        // SAFETY: as above.
        let unchanged = unsafe { (*o).shape() } == id;
        if unchanged {
            // SAFETY: as above; both shapes describe the same words.
            unsafe { (*o).set_shape(shape) };
        }
        self.unlock_object(o, locked);
        if !unchanged {
            return self.change_class(v, class);
        }
        // SAFETY: as above.
        unsafe {
            if class.has_finalizer() {
                crate::finalize::watch(self, o);
            }
        }
        self.write_barrier(o);
        std::sync::atomic::fence(Ordering::Release);
        Ok(())
    }
}

/// The object that slot `i` of `o` is in, for the write barrier.
#[inline(always)]
fn owner_of(o: *mut Header, e: &ShapeEntry, i: u16) -> *mut Header {
    if i < e.cap {
        o
    } else {
        overflow(o, e)
            .and_then(|w| w.get().as_object())
            .unwrap_or(o)
    }
}

/// Attribute slot `i` of `o`: inline or in the overflow array.
#[inline(always)]
pub fn slot_of<'a>(o: *mut Header, e: &ShapeEntry, i: u16) -> Option<&'a Slot> {
    if i < e.cap {
        // SAFETY: inline slot `i` is in the tail.
        return Some(unsafe { &*tail(o, e).add((e.inline_at + i) as usize) });
    }
    let a = Gc::<Array>::from_value(overflow(o, e)?.get())?;
    // SAFETY: the array is alive through the object, and this is one of its words.
    a.slots()
        .get((i - e.cap) as usize)
        .map(|s| unsafe { &*std::ptr::from_ref(s) })
}
