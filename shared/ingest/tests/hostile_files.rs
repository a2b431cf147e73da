//! What is fuzzed, for a bounded time: the same inputs in every run.

mod hostile;

#[test]
fn what_is_fuzzed_of_files_is_survived() {
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let mut dice = move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 32) as usize
    };
    for _ in 0..4_000 {
        let length = dice() % 120;
        let input: Vec<u8> = (0..length).map(|_| dice() as u8).collect();
        hostile::run(&input);
    }
}

#[test]
fn the_files_that_are_changed_are_read_as_they_are() {
    let records = |choice: usize| {
        let survive = |file: &&str| hostile::survive(file.as_bytes(), choice);
        hostile::FILES.iter().filter_map(survive).sum::<usize>()
    };
    assert_eq!(records(0), records(77));
    assert!(records(0) >= 6, "{}", records(0));
}
