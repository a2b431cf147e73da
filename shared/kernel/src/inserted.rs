/// A set or map of items that are put in one by one.
///
/// `collect` would sort them first, by a sort of its own for each type: kilobytes of WebAssembly each time, for a gain
/// that few items do not show.
///
/// ```
/// use std::collections::BTreeSet;
/// let set: BTreeSet<u8> = kernel::inserted([3, 1, 3]);
/// assert!(set.iter().eq(&[1, 3]));
/// ```
pub fn inserted<C: Default + Extend<T>, T>(items: impl IntoIterator<Item = T>) -> C {
    let mut collection = C::default();
    collection.extend(items);
    collection
}
