use std::collections::HashMap;

use crate::{Random, describe, error, int, ints, repr, run};
use krait_runtime::object::Gc;
use krait_runtime::protocol::compare::CompareOp;
use krait_runtime::special::Special;
use krait_runtime::types::dict::GlobalCell;
use krait_runtime::types::str::Str;
use krait_runtime::value::Value;

#[test]
fn behaves_like_a_map_that_remembers_insertion() {
    run(|cx| {
        let (dict, mut model, mut order) = (cx.new_dict(), HashMap::new(), Vec::new());
        let mut random = Random(1);
        for step in 0..60_000 {
            let key = random.below(3000) << 7;
            if random.below(3) == 0 {
                let removed = dict.remove(cx, int(key))?;
                assert_eq!(removed, model.remove(&key).map(int));
                order.retain(|&k| k != key || removed.is_none());
            } else {
                dict.set(cx, int(key), int(step))?;
                if model.insert(key, step).is_none() {
                    order.push(key);
                }
            }
            assert_eq!(dict.len(), model.len());
        }
        let (mut pos, mut seen) = (0, Vec::new());
        while let Some((k, v)) = dict.next_entry(&mut pos) {
            let key = k.as_small().expect("an int key");
            assert_eq!(v, int(model[&key]));
            assert_eq!(dict.get(cx, k)?, Some(v));
            seen.push(key);
        }
        assert_eq!(seen, order);
        let (mut pos, mut backward) = (dict.end(), Vec::new());
        while let Some((k, _)) = dict.previous_entry(&mut pos) {
            backward.push(k.as_small().expect("an int key"));
        }
        backward.reverse();
        assert_eq!(backward, order);
        Ok(())
    });
}

#[test]
fn large_dicts_of_strs_survive_collections() {
    run(|cx| {
        let dict = cx.new_dict();
        for i in 0..200_000 {
            let key = cx.new_str(&format!("key {i}"));
            let value = cx.new_str(&format!("value {i}"));
            dict.set(cx, key, value)?;
        }
        for i in (0..200_000).step_by(97) {
            let key = cx.new_str(&format!("key {i}"));
            let found = dict.get(cx, key)?.expect("the key is there");
            assert_eq!(cx.str_string(found)?, format!("value {i}"));
        }
        Ok(())
    });
}

#[test]
fn equal_numbers_are_one_key() {
    run(|cx| {
        let dict = cx.new_dict();
        dict.set(cx, int(1), int(10))?;
        dict.set(cx, Value::bool(true), int(11))?;
        let one = cx.new_float(1.0);
        dict.set(cx, one, int(12))?;
        assert_eq!(repr(cx, dict), "{1: 12}");
        Ok(())
    });
}

#[test]
fn items_are_popped_from_the_end() {
    run(|cx| {
        let dict = cx.new_dict();
        for i in 0..100_000 {
            dict.set(cx, int(i), int(i))?;
        }
        for i in (0..100_000).rev() {
            assert_eq!(dict.pop_last(cx), Some((int(i), int(i))));
        }
        assert_eq!(dict.pop_last(cx), None);
        dict.set(cx, int(5), int(6))?;
        assert_eq!(dict.pop_last(cx), Some((int(5), int(6))));
        Ok(())
    });
}

#[test]
fn unhashable_keys_name_their_role() {
    run(|cx| {
        let (dict, list) = (cx.new_dict(), cx.new_list(&[]));
        let r = dict.get(cx, list);
        assert_eq!(
            error(cx, r),
            "TypeError: cannot use 'list' as a dict key (unhashable type: 'list')"
        );
        let pair = cx.new_tuple(&[int(1), list]);
        let r = dict.set(cx, pair, int(1));
        assert_eq!(
            error(cx, r),
            "TypeError: cannot use 'tuple' as a dict key (unhashable type: 'list')"
        );
        let r = cx.get_item(dict.value(), int(7));
        assert_eq!(error(cx, r), "KeyError: 7");
        Ok(())
    });
}

#[test]
fn global_cells_follow_the_variable() {
    run(|cx| {
        let (module, builtins) = (cx.new_dict(), cx.new_dict());
        let (x, y): (Gc<Str>, Gc<Str>) = (cx.intern("x"), cx.intern("y"));
        module.set_str(cx, x, int(1));
        let cell = module.global_cell(cx, x)?;
        assert_eq!(cell.load(), Some(int(1)));
        module.set_str(cx, x, int(2));
        assert_eq!(
            (cell.load(), module.get_str(cx, x)),
            (Some(int(2)), Some(int(2)))
        );
        cell.value.set(cx, cell, int(3));
        assert_eq!(repr(cx, module), "{'x': 3}");

        builtins.set_str(cx, y, int(10));
        let ghost = module.global_cell(cx, y)?;
        let builtin = builtins.global_cell(cx, y)?;
        ghost.next.set(cx, ghost, builtin.value());
        assert_eq!(
            (ghost.load(), module.get_str(cx, y), module.len()),
            (Some(int(10)), None, 1)
        );
        module.set_str(cx, y, int(11));
        assert_eq!(
            (ghost.load(), builtin.load()),
            (Some(int(11)), Some(int(10)))
        );
        assert_eq!(module.remove_str(cx, y), Some(int(11)));
        assert_eq!(ghost.load(), Some(int(10)));

        let again: Gc<GlobalCell> = module.global_cell(cx, x)?;
        assert_eq!(again, cell);
        module.clear(cx);
        assert_eq!((cell.load(), module.len()), (None, 0));
        for i in 0..1000 {
            module.set(cx, int(i), int(i))?;
        }
        module.set_str(cx, x, int(4));
        assert_eq!(cell.load(), Some(int(4)));
        let copy = module.copy(cx)?;
        cell.value.set(cx, cell, int(5));
        assert_eq!(
            (copy.get_str(cx, x), module.get_str(cx, x)),
            (Some(int(4)), Some(int(5)))
        );
        Ok(())
    });
}

#[test]
fn iteration_notices_changes() {
    run(|cx| {
        let dict = cx.new_dict();
        dict.set(cx, int(1), int(1))?;
        dict.set(cx, int(2), int(2))?;
        let it = cx.iter(dict.value())?;
        assert_eq!(cx.next(it)?, Some(int(1)));
        dict.set(cx, int(3), int(3))?;
        for _ in 0..2 {
            let r = cx.next(it);
            assert_eq!(
                error(cx, r),
                "RuntimeError: dictionary changed size during iteration"
            );
        }
        let it = cx.iter(dict.value())?;
        cx.next(it)?;
        dict.remove(cx, int(1))?;
        dict.set(cx, int(1), int(1))?;
        cx.next(it)?;
        cx.next(it)?;
        let r = cx.next(it);
        assert_eq!(
            error(cx, r),
            "RuntimeError: dictionary keys changed during iteration"
        );
        Ok(())
    });
}

#[test]
fn updates_take_mappings_and_pairs() {
    run(|cx| {
        let dict = cx.new_dict();
        let pair = cx.new_tuple(&[int(1), int(2)]);
        let pairs = cx.new_list(&[pair]);
        dict.update(cx, pairs)?;
        let text = cx.new_str("ab");
        let single = cx.new_str("c");
        let strs = cx.new_list(&[text, single]);
        let r = dict.update(cx, strs);
        let expected =
            "ValueError: dictionary update sequence element #1 has length 1; 2 is required";
        assert_eq!(error(cx, r), expected);
        assert_eq!(repr(cx, dict), "{1: 2, 'a': 'b'}");
        let other = cx.new_dict();
        other.set(cx, int(1), int(3))?;
        let union = cx.binary(Special::Or, dict.value(), other.value())?;
        assert_eq!(repr(cx, union), "{1: 3, 'a': 'b'}");
        assert_eq!(
            cx.compare(CompareOp::Eq, dict.value(), other.value())?,
            Value::bool(false)
        );
        Ok(())
    });
}

#[test]
fn views_are_sets() {
    run(|cx| {
        let dict = cx.new_dict();
        for i in 1..4 {
            dict.set(cx, int(i), int(i * 10))?;
        }
        let keys = cx.call_method_str(dict.value(), "keys", &[])?;
        let items = cx.call_method_str(dict.value(), "items", &[])?;
        assert_eq!(repr(cx, keys), "dict_keys([1, 2, 3])");
        assert_eq!(repr(cx, items), "dict_items([(1, 10), (2, 20), (3, 30)])");
        let list = ints(cx, [2, 5]);
        for (op, expected) in [
            (Special::Sub, "{1, 3}"),
            (Special::And, "{2}"),
            (Special::Or, "{1, 2, 3, 5}"),
            (Special::Xor, "{1, 3, 5}"),
        ] {
            let r = cx.binary(op, keys, list)?;
            assert_eq!(repr(cx, r), expected);
        }
        let pair = cx.new_tuple(&[int(2), int(20)]);
        assert!(cx.contains(items, pair)? && cx.contains(keys, int(3))?);
        dict.set(cx, int(9), keys)?;
        assert_eq!(
            repr(cx, dict),
            "{1: 10, 2: 20, 3: 30, 9: dict_keys([1, 2, 3, 9])}"
        );
        let r = cx.binary(Special::Or, keys, int(1));
        assert_eq!(error(cx, r), "TypeError: 'int' object is not iterable");
        Ok(())
    });
}

#[test]
fn a_dict_in_itself_is_shown_once() {
    run(|cx| {
        let dict = cx.new_dict();
        dict.set(cx, int(1), dict.value())?;
        assert_eq!(repr(cx, dict), "{1: {...}}");
        if let Err(e) = cx.len(int(1)) {
            assert_eq!(
                describe(cx, e),
                "TypeError: object of type 'int' has no len()"
            );
        }
        Ok(())
    });
}
