//! The loops over cells and planes, compiled for what the processor can do and chosen when they run.
use super::block::{Packed, Whole};
use num_traits::{WrappingAdd, WrappingMul, WrappingSub};
use pulp::Arch;

/// Sets the bits of the rows whose integer lies between two, both included. Rows without a value are at the base.
pub(super) fn mark(arch: Arch, whole: &Whole, (least, most): (i64, i64), out: &mut [u64]) {
    if least > most || least > whole.top || most < whole.base {
        return;
    }
    let from = least.max(whole.base).wrapping_sub(whole.base).cast_unsigned();
    let to = most.min(whole.top).wrapping_sub(whole.base).cast_unsigned();
    match &whole.packed {
        Packed::Same => out.fill(u64::MAX),
        Packed::One(cells) => marked(arch, cells, from, to - from, out),
        Packed::Two(cells) => marked(arch, cells, from, to - from, out),
        Packed::Four(cells) => marked(arch, cells, from, to - from, out),
        Packed::Eight(cells) => marked(arch, cells, from, to - from, out),
    }
}

fn marked<T>(arch: Arch, cells: &[T], from: u64, span: u64, out: &mut [u64])
where
    T: TryFrom<u64> + WrappingSub + PartialOrd + Copy,
{
    // Both lie within the column, so they fit.
    let (Ok(from), Ok(span)) = (T::try_from(from), T::try_from(span)) else { return };
    arch.dispatch(
        #[inline(always)]
        || {
            for (cells, word) in cells.chunks_exact(64).zip(out.iter_mut()) {
                let mut flags = [0; 64];
                for (flag, cell) in flags.iter_mut().zip(cells) {
                    *flag = u8::from(cell.wrapping_sub(&from) <= span);
                }
                *word |= gathered(&flags);
            }
        },
    );
}

/// One bit for each of 64 bytes that are zero or one.
#[expect(clippy::inline_always, reason = "only what is inlined is compiled for the processor chosen")]
#[inline(always)]
fn gathered(flags: &[u8; 64]) -> u64 {
    let (eights, _) = flags.as_chunks::<8>();
    let mut word = 0;
    for (index, eight) in eights.iter().enumerate() {
        // The product brings the lowest bit of byte i to bit 56 + i.
        let bits = u64::from_le_bytes(*eight).wrapping_mul(0x0102_0408_1020_4080) >> 56;
        word |= bits << (index * 8);
    }
    word
}

/// Adds a factor times a column to each row's sum; the caller knows that nothing overflows.
pub(super) fn add<S>(arch: Arch, whole: &Whole, factor: S, sums: &mut [S])
where
    S: From<u32> + From<i64> + Copy + WrappingMul + WrappingAdd,
{
    let base = S::from(whole.base);
    match &whole.packed {
        Packed::Same => added(arch, std::iter::repeat_n(0_u32, sums.len()), base, factor, sums),
        Packed::One(cells) => added(arch, cells.iter().map(|cell| u32::from(*cell)), base, factor, sums),
        Packed::Two(cells) => added(arch, cells.iter().map(|cell| u32::from(*cell)), base, factor, sums),
        Packed::Four(cells) => added(arch, cells.iter().copied(), base, factor, sums),
        Packed::Eight(cells) => {
            for (sum, above) in sums.iter_mut().zip(cells) {
                let value = S::from(whole.base.wrapping_add_unsigned(*above));
                *sum = sum.wrapping_add(&value.wrapping_mul(&factor));
            }
        }
    }
}

fn added<S>(arch: Arch, cells: impl Iterator<Item = u32>, base: S, factor: S, sums: &mut [S])
where
    S: From<u32> + Copy + WrappingMul + WrappingAdd,
{
    arch.dispatch(
        #[inline(always)]
        || {
            for (sum, cell) in sums.iter_mut().zip(cells) {
                let value = base.wrapping_add(&S::from(cell));
                *sum = sum.wrapping_add(&value.wrapping_mul(&factor));
            }
        },
    );
}

/// The bits of the sums above zero, and of those below.
pub(super) fn signs<S: Copy + PartialOrd>(
    arch: Arch,
    zero: S,
    sums: &[S],
    above: &mut [u64],
    below: &mut [u64],
) {
    arch.dispatch(
        #[inline(always)]
        || {
            let words = above.iter_mut().zip(below.iter_mut());
            for (sums, (above, below)) in sums.chunks(64).zip(words) {
                let (mut more, mut less) = ([0; 64], [0; 64]);
                for ((sum, more), less) in sums.iter().zip(&mut more).zip(&mut less) {
                    *more = u8::from(*sum > zero);
                    *less = u8::from(*sum < zero);
                }
                (*above, *below) = (gathered(&more), gathered(&less));
            }
        },
    );
}
