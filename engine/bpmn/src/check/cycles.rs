//! Which nodes of a directed graph lie on a cycle.

/// Gives each node of `0..count` that lies on a cycle the number of its strongly connected
/// component; nodes on no cycle have none. Linear in nodes and edges, without recursion.
pub(super) fn components(count: usize, edges: &[Vec<usize>]) -> Vec<Option<usize>> {
    let mut reversed = vec![Vec::new(); count];
    for (from, targets) in edges.iter().enumerate() {
        for &to in targets {
            reversed[to].push(from);
        }
    }
    let mut component = vec![None; count];
    let mut sizes = Vec::new();
    // Kosaraju: backwards from the node that was left last, one component after the other.
    for &root in finished(count, edges).iter().rev() {
        if component[root].is_some() {
            continue;
        }
        let number = sizes.len();
        let mut size = 0;
        let mut pending = vec![root];
        component[root] = Some(number);
        while let Some(node) = pending.pop() {
            size += 1;
            for &before in &reversed[node] {
                if component[before].is_none() {
                    component[before] = Some(number);
                    pending.push(before);
                }
            }
        }
        sizes.push(size);
    }
    let is_cyclic = |node: usize, number: usize| sizes[number] > 1 || edges[node].contains(&node);
    let found = component.into_iter().enumerate();
    found.map(|(node, number)| number.filter(|number| is_cyclic(node, *number))).collect()
}

/// The nodes in the order in which a depth-first search leaves them.
fn finished(count: usize, edges: &[Vec<usize>]) -> Vec<usize> {
    let mut order = Vec::with_capacity(count);
    let mut seen = vec![false; count];
    for root in 0..count {
        if std::mem::replace(&mut seen[root], true) {
            continue;
        }
        // The path, each node with how many of its edges were followed.
        let mut path = vec![(root, 0)];
        while let Some((node, at)) = path.last_mut() {
            let Some(&next) = edges[*node].get(*at) else {
                order.push(*node);
                path.pop();
                continue;
            };
            *at += 1;
            if !std::mem::replace(&mut seen[next], true) {
                path.push((next, 0));
            }
        }
    }
    order
}

/// A shortest way from a node back to itself over nodes that `is_inside`, beginning with the node.
pub(super) fn round(
    node: usize,
    edges: &[Vec<usize>],
    is_inside: impl Fn(usize) -> bool,
) -> Vec<usize> {
    let mut before = vec![None; edges.len()];
    let mut level = vec![node];
    while !level.is_empty() {
        let mut next_level = Vec::new();
        for from in level {
            for &to in edges[from].iter().filter(|to| is_inside(**to)) {
                if to == node {
                    let mut way = vec![from];
                    while let Some(Some(earlier)) = way.last().map(|it| before[*it]) {
                        way.push(earlier);
                    }
                    way.reverse();
                    return way;
                }
                if before[to].is_none() {
                    before[to] = Some(from);
                    next_level.push(to);
                }
            }
        }
        level = next_level;
    }
    Vec::new()
}

#[cfg(test)]
mod tests {
    use super::{components, round};

    #[test]
    fn nodes_on_cycles_share_a_number_and_the_others_have_none() {
        // 0 → 1 → 2 → 1, 2 → 3 → 3, 4 alone
        let edges = [vec![1], vec![2], vec![1, 3], vec![3], vec![]];
        let found = components(5, &edges);
        assert_eq!(found[0], None);
        assert!(found[1].is_some());
        assert_eq!(found[1], found[2]);
        assert!(found[3].is_some());
        assert_ne!(found[3], found[1]);
        assert_eq!(found[4], None);
    }

    #[test]
    fn the_way_around_is_the_shortest_and_begins_with_the_node() {
        let edges = [vec![1, 2], vec![2], vec![3], vec![0]];
        assert_eq!(round(0, &edges, |_| true), [0, 2, 3]);
        assert_eq!(round(1, &edges, |_| true), [1, 2, 3, 0]);
        assert!(round(1, &edges, |it| it != 3).is_empty());
    }
}
