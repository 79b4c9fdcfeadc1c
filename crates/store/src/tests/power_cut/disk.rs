//! What a disk may hold after a power cut: everything that was synced, and of the rest any part, torn anywhere between
//! two sectors.
use std::collections::BTreeMap;
use std::path::Path;

const SECTOR: usize = 512;

/// What the process did to one file, as the shim wrote it down.
#[derive(Debug)]
pub(super) enum Operation {
    Write { offset: usize, data: Vec<u8> },
    Sync,
    Truncate { size: usize },
    Unlink,
}

/// An operation and the name of its file.
pub(super) type Record = (String, Operation);

/// Reads the shim's log.
pub(super) fn records(log: &[u8]) -> Vec<Record> {
    let mut records = Vec::new();
    let mut rest = log;
    while let Some((kind, after)) = rest.split_first() {
        let number = |index: usize| {
            let bytes = after[index * 8..][..8].try_into().unwrap();
            usize::try_from(u64::from_ne_bytes(bytes)).unwrap()
        };
        let (path_length, offset, length) = (number(0), number(1), number(2));
        let (path, after) = after[24..].split_at(path_length);
        let (data, after) = after.split_at(length);
        let name = String::from_utf8_lossy(path).rsplit('/').next().unwrap_or_default().to_owned();
        let operation = match kind {
            b'W' => Operation::Write { offset, data: data.to_vec() },
            b'S' => Operation::Sync,
            b'T' => Operation::Truncate { size: offset },
            b'U' => Operation::Unlink,
            other => panic!("the log has no record of kind {other}"),
        };
        records.push((name, operation));
        rest = after;
    }
    records
}

/// Files with what surely is on the disk, and what may be.
#[derive(Debug, Default)]
pub(super) struct Disk<'r> {
    synced: BTreeMap<&'r str, Vec<u8>>,
    pending: BTreeMap<&'r str, Vec<&'r Operation>>,
}

impl<'r> Disk<'r> {
    /// Goes one record on.
    pub(super) fn happen(&mut self, (name, operation): &'r Record) {
        match operation {
            Operation::Unlink => {
                self.synced.remove(name.as_str());
                self.pending.remove(name.as_str());
            }
            Operation::Sync => {
                for operation in self.pending.remove(name.as_str()).unwrap_or_default() {
                    apply(self.synced.entry(name).or_default(), operation);
                }
            }
            Operation::Write { .. } | Operation::Truncate { .. } => {
                self.pending.entry(name).or_default().push(operation);
            }
        }
    }

    /// Writes one of the states that a power cut now could leave.
    pub(super) fn cut(&self, chance: &mut Chance, into: &Path) {
        let mut files = self.synced.clone();
        for (name, operations) in &self.pending {
            let file = files.entry(name).or_default();
            // A disk that wrote all of it, nothing of it, or some sectors here and there.
            let (all, some) = (chance.below(5) == 0, chance.below(4) != 0);
            for operation in operations {
                let Operation::Write { offset, data } = operation else {
                    if chance.below(2) == 0 {
                        apply(file, operation);
                    }
                    continue;
                };
                for (index, sector) in data.chunks(SECTOR).enumerate() {
                    if all || (some && chance.below(2) == 0) {
                        write(file, offset + index * SECTOR, sector);
                    }
                }
            }
        }
        for (name, content) in files {
            std::fs::write(into.join(name), content).unwrap();
        }
    }
}

fn apply(file: &mut Vec<u8>, operation: &Operation) {
    match operation {
        Operation::Write { offset, data } => write(file, *offset, data),
        Operation::Truncate { size } => file.resize(*size, 0),
        Operation::Sync | Operation::Unlink => {}
    }
}

fn write(file: &mut Vec<u8>, offset: usize, data: &[u8]) {
    let end = offset + data.len();
    if file.len() < end {
        file.resize(end, 0);
    }
    file[offset..end].copy_from_slice(data);
}

/// Chance that is the same in every run (splitmix64).
#[derive(Debug)]
pub(super) struct Chance(pub(super) u64);

impl Chance {
    /// A number from 0 to one below `bound`.
    pub(super) fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % bound
    }
}
