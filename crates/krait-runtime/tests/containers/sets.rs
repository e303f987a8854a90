use std::collections::BTreeSet;

use crate::{Random, error, int, ints, repr, run};
use krait_runtime::special::Special;
use krait_runtime::value::Value;

#[test]
fn frozenset_hashes_are_the_known_ones() {
    run(|cx| {
        let mut hash = |items: &[Value]| Ok(cx.new_frozenset_of(items)?.frozen_hash());
        assert_eq!(hash(&[])?, 133_146_708_735_736);
        assert_eq!(hash(&[int(1)])?, -558_064_481_276_695_278);
        assert_eq!(hash(&[int(1), int(2), int(3)])?, -272_375_401_224_217_160);
        assert_eq!(hash(&[int(5), int(-1), int(0)])?, 3_922_221_595_417_840_766);
        let letters = ["a", "b", "c"].map(|s| cx.new_str(s));
        assert_eq!(
            cx.new_frozenset_of(&letters)?.frozen_hash(),
            8_636_088_911_049_444_515
        );
        Ok(())
    });
}

#[test]
fn tuple_hashes_are_the_known_ones() {
    run(|cx| {
        let (a, b) = (cx.new_str("a"), cx.new_str("b"));
        let cases: [(&[Value], i64); 5] = [
            (&[], 5_740_354_900_026_072_187),
            (&[int(1)], -6_644_214_454_873_602_895),
            (&[int(1), int(2), int(3)], 529_344_067_295_497_451),
            (&[a, b], 7_372_137_184_884_179_083),
            (&[int(-1), int(0)], 2_575_514_064_802_888_272),
        ];
        for (items, expected) in cases {
            let t = cx.new_tuple(items);
            assert_eq!(cx.hash(t)?, expected);
        }
        Ok(())
    });
}

#[test]
fn operations_agree_with_a_model() {
    run(|cx| {
        let mut random = Random(7);
        for _ in 0..200 {
            let model = |random: &mut Random| -> BTreeSet<i64> {
                let n = random.below(40);
                (0..n).map(|_| random.below(50)).collect()
            };
            let (a, b) = (model(&mut random), model(&mut random));
            let (x, y) = (cx.new_set(), cx.new_set());
            for &n in &a {
                assert!(x.add(cx, int(n))?);
            }
            for &n in &b {
                y.add(cx, int(n))?;
            }
            let expected = [
                (Special::Or, a.union(&b).copied().collect::<BTreeSet<i64>>()),
                (Special::And, a.intersection(&b).copied().collect()),
                (Special::Sub, a.difference(&b).copied().collect()),
                (Special::Xor, a.symmetric_difference(&b).copied().collect()),
            ];
            for (op, expected) in expected {
                let r = cx.binary(op, x.value(), y.value())?;
                let items = cx.collect(r)?;
                let got: BTreeSet<i64> = items
                    .as_slice()
                    .iter()
                    .filter_map(|v| v.as_small())
                    .collect();
                assert_eq!((items.len(), got), (expected.len(), expected));
            }
            let subset = cx.call_method_str(x.value(), "issubset", &[y.value()])?;
            assert_eq!(subset, Value::bool(a.is_subset(&b)));
            let disjoint = cx.call_method_str(x.value(), "isdisjoint", &[y.value()])?;
            assert_eq!(disjoint, Value::bool(a.is_disjoint(&b)));
        }
        Ok(())
    });
}

#[test]
fn sets_are_emptied_in_linear_time() {
    run(|cx| {
        let set = cx.new_set();
        for i in 0..200_000 {
            set.add(cx, int(i))?;
        }
        for i in 0..200_000 {
            assert_eq!(set.pop_next(cx), Some(int(i)));
        }
        assert_eq!(set.pop_next(cx), None);
        Ok(())
    });
}

#[test]
fn a_set_is_looked_for_as_a_frozenset() {
    run(|cx| {
        let inner = cx.new_frozenset_of(&[int(1)])?;
        let set = cx.new_set();
        set.add(cx, inner.value())?;
        let key = cx.new_set();
        key.add(cx, int(1))?;
        assert!(cx.contains(set.value(), key.value())?);
        let r = set.add(cx, key.value());
        let expected = "TypeError: cannot use 'set' as a set element (unhashable type: 'set')";
        assert_eq!(error(cx, r), expected);
        assert_eq!(repr(cx, set), "{frozenset({1})}");
        let list = ints(cx, [3, 4]);
        set.update(cx, list)?;
        assert_eq!(repr(cx, set), "{frozenset({1}), 3, 4}");
        Ok(())
    });
}
