use std::cmp::Ordering;

use crate::{Random, error, int, ints, repr, run};
use krait_runtime::cx::Cx;
use krait_runtime::object::Gc;
use krait_runtime::types::list::{List, sort};
use krait_runtime::types::tuple::Tuple;
use krait_runtime::value::Value;

fn pair(cx: &mut Cx, a: i64, b: i64) -> Value {
    cx.new_tuple(&[int(a), int(b)])
}

fn field(v: Value, i: usize) -> i64 {
    Gc::<Tuple>::from_value_unchecked(v)
        .get(i)
        .as_small()
        .expect("an int")
}

/// Sequences of `n` numbers with different amounts of order.
fn patterns(n: i64, random: &mut Random) -> Vec<Vec<i64>> {
    vec![
        (0..n).collect(),
        (0..n).rev().collect(),
        (0..n).map(|_| random.below(n as u64)).collect(),
        (0..n).map(|_| random.below(4)).collect(),
        (0..n).map(|i| i % 100).collect(),
        (0..n)
            .map(|i| if i < n / 2 { i } else { i - n / 2 })
            .collect(),
        (0..n)
            .map(|i| {
                if i % 50 == 0 {
                    random.below(n as u64)
                } else {
                    i
                }
            })
            .collect(),
    ]
}

#[test]
fn rows_are_sorted_stably() {
    run(|cx| {
        let mut random = Random(11);
        for n in [0, 1, 2, 5, 31, 33, 64, 200, 1000, 5000] {
            for numbers in patterns(n, &mut random) {
                let list = cx.try_new_list(&[])?;
                for (i, &k) in numbers.iter().enumerate() {
                    let row = pair(cx, k, i as i64);
                    list.push(cx, row)?;
                }
                sort::sort(cx, list, None, false)?;
                let mut expected: Vec<(i64, i64)> = numbers
                    .iter()
                    .enumerate()
                    .map(|(i, &k)| (k, i as i64))
                    .collect();
                expected.sort();
                let got: Vec<_> = list
                    .as_slice()
                    .iter()
                    .map(|&v| (field(v, 0), field(v, 1)))
                    .collect();
                assert_eq!(got, expected, "{n} rows");

                let floats: Vec<Value> = numbers
                    .iter()
                    .enumerate()
                    .map(|(i, &k)| {
                        if i % 2 == 0 {
                            int(k)
                        } else {
                            cx.new_float(k as f64)
                        }
                    })
                    .collect();
                let list = cx.try_new_list(&floats)?;
                sort::sort(cx, list, None, true)?;
                let mut expected = floats.clone();
                expected
                    .sort_by(|&a, &b| number(b).partial_cmp(&number(a)).unwrap_or(Ordering::Equal));
                assert!(
                    list.as_slice()
                        .iter()
                        .zip(&expected)
                        .all(|(a, b)| a.bits() == b.bits())
                );
            }
        }
        Ok(())
    });
}

fn number(v: Value) -> f64 {
    v.as_small()
        .map_or_else(|| v.as_immediate_float().expect("a float"), |n| n as f64)
}

#[test]
fn simple_keys_and_methods() {
    run(|cx| {
        let list = ints(cx, [3, -1, 2, -5]);
        let l: Gc<List> = Gc::from_value_unchecked(list);
        sort::sort(cx, l, None, true)?;
        assert_eq!(repr(cx, list), "[3, 2, -1, -5]");
        let words = ["b", "a", "\u{e9}", "ab", ""].map(|s| cx.new_str(s));
        let list = cx.try_new_list(&words)?;
        sort::sort(cx, list, None, false)?;
        assert_eq!(repr(cx, list), "['', 'a', 'ab', 'b', '\u{e9}']");
        let floats = [1.5, f64::NEG_INFINITY, -0.0, 1e300].map(|x| cx.new_float(x));
        let list = cx.try_new_list(&floats)?;
        sort::sort(cx, list, None, false)?;
        assert_eq!(repr(cx, list), "[-inf, -0.0, 1.5, 1e+300]");
        Ok(())
    });
}

#[test]
fn a_failed_sort_keeps_the_items() {
    run(|cx| {
        let text = cx.new_str("a");
        let list = cx.try_new_list(&[int(2), text, int(1)])?;
        let r = sort::sort(cx, list, None, false);
        let expected = "TypeError: '<' not supported between instances of 'str' and 'int'";
        assert_eq!(error(cx, r), expected);
        assert_eq!(repr(cx, list), "[2, 'a', 1]");
        Ok(())
    });
}

#[test]
fn a_key_function_is_called_once_for_each_item() {
    run(|cx| {
        let words = ["ccc", "a", "bb", "d"].map(|s| cx.new_str(s));
        let list = cx.try_new_list(&words)?;
        let class = cx.types().str.value();
        let name = cx.intern("__len__");
        let key = cx.get_attr(class, name)?;
        sort::sort(cx, list, Some(key), false)?;
        assert_eq!(repr(cx, list), "['a', 'd', 'bb', 'ccc']");
        sort::sort(cx, list, Some(key), true)?;
        assert_eq!(repr(cx, list), "['ccc', 'bb', 'a', 'd']");
        let r = sort::sort(cx, list, Some(int(1)), true);
        assert_eq!(error(cx, r), "TypeError: 'int' object is not callable");
        assert_eq!(list.len(), 4);
        Ok(())
    });
}
