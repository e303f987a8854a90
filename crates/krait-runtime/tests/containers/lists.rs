use crate::{Random, error, int, ints, repr, run};
use krait_runtime::object::Gc;
use krait_runtime::special::Special;
use krait_runtime::types::list::List;
use krait_runtime::value::Value;

#[test]
fn edits_agree_with_a_vec() {
    run(|cx| {
        let (list, mut model) = (cx.try_new_list(&[])?, Vec::new());
        let mut random = Random(3);
        for step in 0..20_000 {
            let at = random.below(model.len() as u64 + 1) as usize;
            match random.below(6) {
                0 | 1 => {
                    list.push(cx, int(step))?;
                    model.push(step);
                }
                2 => {
                    list.insert(cx, at as isize, int(step))?;
                    model.insert(at, step);
                }
                3 => {
                    let expected = (at < model.len()).then(|| int(model.remove(at)));
                    assert_eq!(list.remove_at(cx, at), expected);
                }
                4 => assert_eq!(list.pop_last(cx), model.pop().map(int)),
                _ => {
                    let remove = (random.below(4) as usize).min(model.len() - at.min(model.len()));
                    let new: Vec<i64> = (0..random.below(4)).collect();
                    let values: Vec<Value> = new.iter().map(|&n| int(n)).collect();
                    list.splice(cx, at, remove, &values)?;
                    model.splice(at..at + remove, new);
                }
            }
        }
        let expected: Vec<Value> = model.iter().map(|&n| int(n)).collect();
        assert_eq!(list.as_slice(), expected);
        assert_eq!(list.get(model.len()), None);
        Ok(())
    });
}

fn slice(cx: &mut krait_runtime::cx::Cx, [start, stop, step]: [Option<i64>; 3]) -> Value {
    let part = |n: Option<i64>| n.map_or(Value::none(), int);
    cx.new_slice(part(start), part(stop), part(step))
}

#[test]
fn slices_are_read_replaced_and_deleted() {
    run(|cx| {
        let list = ints(cx, 0..10);
        let cases = [
            ([Some(2), Some(5), None], "[2, 3, 4]"),
            ([None, None, Some(-3)], "[9, 6, 3, 0]"),
            ([Some(-3), None, None], "[7, 8, 9]"),
            ([Some(8), Some(2), Some(-2)], "[8, 6, 4]"),
            ([Some(5), Some(2), None], "[]"),
        ];
        for (parts, expected) in cases {
            let s = slice(cx, parts);
            let r = cx.get_item(list, s)?;
            assert_eq!(repr(cx, r), expected);
        }
        let s = slice(cx, [None, None, Some(2)]);
        cx.del_item(list, s)?;
        assert_eq!(repr(cx, list), "[1, 3, 5, 7, 9]");
        let (s, new) = (slice(cx, [Some(1), Some(3), None]), ints(cx, [10, 11, 12]));
        cx.set_item(list, s, new)?;
        assert_eq!(repr(cx, list), "[1, 10, 11, 12, 7, 9]");
        let (s, new) = (slice(cx, [None, None, Some(-2)]), ints(cx, [0, 0, 0]));
        cx.set_item(list, s, new)?;
        assert_eq!(repr(cx, list), "[1, 0, 11, 0, 7, 0]");
        let r = cx.set_item(list, s, list);
        let expected =
            "ValueError: attempt to assign sequence of size 6 to extended slice of size 3";
        assert_eq!(error(cx, r), expected);
        let s = slice(cx, [None, None, Some(-4)]);
        cx.del_item(list, s)?;
        assert_eq!(repr(cx, list), "[1, 11, 0, 7]");
        Ok(())
    });
}

#[test]
fn operators_and_messages() {
    run(|cx| {
        let (a, b) = (ints(cx, [1, 2]), ints(cx, [3]));
        let sum = cx.binary(Special::Add, a, b)?;
        assert_eq!(repr(cx, sum), "[1, 2, 3]");
        let twice = cx.binary(Special::Mul, int(2), a)?;
        assert_eq!(repr(cx, twice), "[1, 2, 1, 2]");
        let t = cx.new_tuple(&[int(1)]);
        let r = cx.binary(Special::Add, a, t);
        assert_eq!(
            error(cx, r),
            "TypeError: can only concatenate list (not \"tuple\") to list"
        );
        let r = cx.binary(Special::Mul, a, b);
        assert_eq!(
            error(cx, r),
            "TypeError: can't multiply sequence by non-int of type 'list'"
        );
        let r = cx.get_item(a, int(2));
        assert_eq!(error(cx, r), "IndexError: list index out of range");
        let r = cx.get_item(t, Value::none());
        assert_eq!(
            error(cx, r),
            "TypeError: tuple indices must be integers or slices, not NoneType"
        );
        let same = cx.in_place(Special::Add, a, a)?;
        assert_eq!((same == a, repr(cx, a)), (true, "[1, 2, 1, 2]".to_owned()));
        let list: Gc<List> = Gc::from_value_unchecked(a);
        list.push(cx, a)?;
        assert_eq!(repr(cx, a), "[1, 2, 1, 2, [...]]");
        Ok(())
    });
}

#[test]
fn growing_lists_keep_young_items() {
    run(|cx| {
        let list = cx.try_new_list(&[])?;
        for i in 0..100_000 {
            let v = cx.new_str(&format!("item {i}"));
            list.push(cx, v)?;
            if i % 1000 == 0 {
                let v = cx.new_str("front");
                list.insert(cx, 0, v)?;
            }
        }
        for i in 0..100 {
            let v = list.get(i).expect("an item");
            assert_eq!(cx.str_string(v)?, "front");
        }
        for i in (0..100_000).step_by(101) {
            let v = list.get(i + 100).expect("an item");
            assert_eq!(cx.str_string(v)?, format!("item {i}"));
        }
        Ok(())
    });
}
