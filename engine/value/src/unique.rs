//! Finding keys that occur twice, in time that hostile keys cannot stretch.

/// Up to this many keys are compared pair by pair; beyond it they are sorted.
const PAIRWISE_MAX: usize = 16;

/// Decides which entries of a map survive when a key occurs more than once.
///
/// `None` means that every key is unique, which is nearly always. Otherwise each item is a
/// surviving key's first place and the place of its last value, in order of first places.
pub(crate) fn survivors<'a>(
    count: usize,
    key: impl Fn(usize) -> &'a [u8],
) -> Option<Vec<(usize, usize)>> {
    if count <= PAIRWISE_MAX {
        let mut seen = 0u128;
        let repeated = (0..count).any(|ix| {
            let mark = 1u128 << fingerprint(key(ix));
            let maybe = seen & mark != 0;
            seen |= mark;
            maybe && (0..ix).any(|earlier| key(earlier) == key(ix))
        });
        if !repeated {
            return None;
        }
    }
    let mut order: Vec<usize> = (0..count).collect();
    order.sort_by(|a, b| key(*a).cmp(key(*b)));
    // The sort is stable: equal keys stand side by side in the order they were written.
    let mut kept: Vec<(usize, usize)> = Vec::with_capacity(count);
    for ix in order {
        match kept.last_mut() {
            Some((first, last)) if key(*first) == key(ix) => *last = ix,
            Some(_) | None => kept.push((ix, ix)),
        }
    }
    if kept.len() == count {
        return None;
    }
    kept.sort_unstable();
    Some(kept)
}

/// A number below 128 that differs for most keys of one document.
fn fingerprint(key: &[u8]) -> u8 {
    let length = key.len().to_le_bytes()[0];
    let ends = match key {
        [] => 0,
        [first, .., last] => first.wrapping_mul(5).wrapping_add(last.wrapping_mul(3)),
        [only] => *only,
    };
    ends.wrapping_add(length.wrapping_mul(17)) & 0x7f
}

#[cfg(test)]
mod tests {
    use super::survivors;

    fn of(keys: &[&str]) -> Option<Vec<(usize, usize)>> {
        survivors(keys.len(), |ix| keys[ix].as_bytes())
    }

    #[test]
    fn unique_keys_need_no_change() {
        assert_eq!(of(&[]), None);
        assert_eq!(of(&["a", "b", ""]), None);
    }

    #[test]
    fn the_last_value_stands_at_the_first_place() {
        assert_eq!(of(&["a", "b", "a", "c", "a"]), Some(vec![(0, 4), (1, 1), (3, 3)]));
    }

    #[test]
    fn many_keys_are_judged_like_few() {
        let mut keys: Vec<String> = (0..1000).map(|ix| format!("key{ix}")).collect();
        let as_str: Vec<&str> = keys.iter().map(String::as_str).collect();
        assert_eq!(of(&as_str), None);
        keys.push("key7".into());
        let as_str: Vec<&str> = keys.iter().map(String::as_str).collect();
        let kept = of(&as_str).expect("one key is repeated");
        assert_eq!(kept.len(), 1000);
        assert_eq!(kept[7], (7, 1000));
    }
}
