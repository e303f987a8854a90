//! Slot wrappers: the special methods behind which CPython has a slot of the type, with the signature and the
//! documentation that all wrappers of a slot share.

use crate::native::NativeDef;

/// What `__text_signature__` and `__doc__` of every wrapper of a slot say.
pub struct SlotText {
    pub name: &'static str,
    pub signature: &'static str,
    pub doc: &'static str,
}

macro_rules! slots {
    ($($name:literal $signature:literal $doc:literal;)*) => {
        static SLOTS: &[SlotText] = &[$(SlotText { name: $name, signature: $signature, doc: $doc }),*];
    };
}

// In alphabetical order: they are searched.
slots! {
    "__abs__" "($self, /)" "abs(self)";
    "__add__" "($self, value, /)" "Return self+value.";
    "__aiter__" "($self, /)" "Return an awaitable, that resolves in asynchronous iterator.";
    "__and__" "($self, value, /)" "Return self&value.";
    "__anext__" "($self, /)" "Return a value or raise StopAsyncIteration.";
    "__await__" "($self, /)" "Return an iterator to be used in await expression.";
    "__bool__" "($self, /)" "True if self else False";
    "__buffer__" "($self, flags, /)" "Return a buffer object that exposes the underlying memory of the object.";
    "__call__" "($self, /, *args, **kwargs)" "Call self as a function.";
    "__contains__" "($self, key, /)" "Return bool(key in self).";
    "__del__" "($self, /)" "Called when the instance is about to be destroyed.";
    "__delattr__" "($self, name, /)" "Implement delattr(self, name).";
    "__delete__" "($self, instance, /)" "Delete an attribute of instance.";
    "__delitem__" "($self, key, /)" "Delete self[key].";
    "__divmod__" "($self, value, /)" "Return divmod(self, value).";
    "__eq__" "($self, value, /)" "Return self==value.";
    "__float__" "($self, /)" "float(self)";
    "__floordiv__" "($self, value, /)" "Return self//value.";
    "__ge__" "($self, value, /)" "Return self>=value.";
    "__get__" "($self, instance, owner=None, /)" "Return an attribute of instance, which is of type owner.";
    "__getattribute__" "($self, name, /)" "Return getattr(self, name).";
    "__getitem__" "($self, key, /)" "Return self[key].";
    "__gt__" "($self, value, /)" "Return self>value.";
    "__hash__" "($self, /)" "Return hash(self).";
    "__iadd__" "($self, value, /)" "Implement self+=value.";
    "__iand__" "($self, value, /)" "Return self&=value.";
    "__ifloordiv__" "($self, value, /)" "Return self//=value.";
    "__ilshift__" "($self, value, /)" "Return self<<=value.";
    "__imatmul__" "($self, value, /)" "Return self@=value.";
    "__imod__" "($self, value, /)" "Return self%=value.";
    "__imul__" "($self, value, /)" "Implement self*=value.";
    "__index__" "($self, /)" "Return self converted to an integer, if self is suitable for use as an index into a list.";
    "__init__" "($self, /, *args, **kwargs)" "Initialize self.  See help(type(self)) for accurate signature.";
    "__int__" "($self, /)" "int(self)";
    "__invert__" "($self, /)" "~self";
    "__ior__" "($self, value, /)" "Return self|=value.";
    "__ipow__" "($self, value, /)" "Return self**=value.";
    "__irshift__" "($self, value, /)" "Return self>>=value.";
    "__isub__" "($self, value, /)" "Return self-=value.";
    "__iter__" "($self, /)" "Implement iter(self).";
    "__itruediv__" "($self, value, /)" "Return self/=value.";
    "__ixor__" "($self, value, /)" "Return self^=value.";
    "__le__" "($self, value, /)" "Return self<=value.";
    "__len__" "($self, /)" "Return len(self).";
    "__lshift__" "($self, value, /)" "Return self<<value.";
    "__lt__" "($self, value, /)" "Return self<value.";
    "__matmul__" "($self, value, /)" "Return self@value.";
    "__mod__" "($self, value, /)" "Return self%value.";
    "__mul__" "($self, value, /)" "Return self*value.";
    "__ne__" "($self, value, /)" "Return self!=value.";
    "__neg__" "($self, /)" "-self";
    "__new__" "($type, *args, **kwargs)" "Create and return a new object.  See help(type) for accurate signature.";
    "__next__" "($self, /)" "Implement next(self).";
    "__or__" "($self, value, /)" "Return self|value.";
    "__pos__" "($self, /)" "+self";
    "__pow__" "($self, value, mod=None, /)" "Return pow(self, value, mod).";
    "__radd__" "($self, value, /)" "Return value+self.";
    "__rand__" "($self, value, /)" "Return value&self.";
    "__rdivmod__" "($self, value, /)" "Return divmod(value, self).";
    "__release_buffer__" "($self, buffer, /)" "Release the buffer object that exposes the underlying memory of the object.";
    "__repr__" "($self, /)" "Return repr(self).";
    "__rfloordiv__" "($self, value, /)" "Return value//self.";
    "__rlshift__" "($self, value, /)" "Return value<<self.";
    "__rmatmul__" "($self, value, /)" "Return value@self.";
    "__rmod__" "($self, value, /)" "Return value%self.";
    "__rmul__" "($self, value, /)" "Return value*self.";
    "__ror__" "($self, value, /)" "Return value|self.";
    "__rpow__" "($self, value, mod=None, /)" "Return pow(value, self, mod).";
    "__rrshift__" "($self, value, /)" "Return value>>self.";
    "__rshift__" "($self, value, /)" "Return self>>value.";
    "__rsub__" "($self, value, /)" "Return value-self.";
    "__rtruediv__" "($self, value, /)" "Return value/self.";
    "__rxor__" "($self, value, /)" "Return value^self.";
    "__set__" "($self, instance, value, /)" "Set an attribute of instance to value.";
    "__setattr__" "($self, name, value, /)" "Implement setattr(self, name, value).";
    "__setitem__" "($self, key, value, /)" "Set self[key] to value.";
    "__str__" "($self, /)" "Return str(self).";
    "__sub__" "($self, value, /)" "Return self-value.";
    "__truediv__" "($self, value, /)" "Return self/value.";
    "__xor__" "($self, value, /)" "Return self^value.";
}

/// The slot behind a method of the native type `owner`, if CPython has one there.
pub fn slot_of(def: &NativeDef, owner: &str) -> Option<&'static SlotText> {
    let is_method = matches!(
        (def.name, owner),
        ("__getitem__", "dict" | "list") | ("__contains__", "dict" | "set" | "frozenset")
    );
    let found = SLOTS.binary_search_by_key(&def.name, |slot| slot.name);
    found.ok().filter(|_| !is_method).map(|i| &SLOTS[i])
}

#[cfg(test)]
mod tests {
    use super::SLOTS;

    #[test]
    fn the_table_is_in_order() {
        assert!(SLOTS.is_sorted_by(|a, b| a.name < b.name));
    }
}
