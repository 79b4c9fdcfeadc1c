//! Branch and bound over the offers of a group that have something against each other.
use super::{Because, CombinationError, Fen, MOST, Offer, Outcome, Stack, against, pro_rata};
use std::cmp::Reverse;
use std::sync::Arc;

/// Offers that have to do with each other. Each has a bit, the most worth first; those that stand against nothing come
/// after those that do, and are always taken.
pub(super) struct Group<'o> {
    pub(super) offers: Vec<(usize, &'o Offer)>,
    /// By offer, the offers it cannot be beside.
    against: Vec<u32>,
    /// How many have something against each other.
    disputed: usize,
    stacks: Vec<Within<'o>>,
    /// By offer, the innermost stack it is in.
    inner: Vec<Option<usize>>,
}

/// A stack and the one around it; inner ones come first.
struct Within<'o> {
    id: &'o Arc<str>,
    most: Fen,
    outer: Option<usize>,
}

/// A set of a group's offers.
#[derive(Debug, Clone, Copy)]
pub(super) struct Set {
    pub(super) total: u128,
    /// The disputed ones of them.
    disputed: u32,
    /// Those before this place are decided by their bit, the rest are in it.
    from: usize,
}

impl Set {
    pub(super) fn takes(&self, place: usize) -> bool {
        place >= self.from || self.disputed >> place & 1 == 1
    }
}

impl<'o> Group<'o> {
    pub(super) fn new(
        offers: &'o [Offer],
        stacks: &'o [Stack],
        members: &[usize],
    ) -> Result<Self, CombinationError> {
        let mut ordered: Vec<(usize, &Offer)> =
            members.iter().filter_map(|index| Some((*index, offers.get(*index)?))).collect();
        let has_rivals = |offer: &Offer| {
            let others = members.iter().filter_map(|index| offers.get(*index));
            others.filter(|other| other.id != offer.id).any(|other| against(offer, other).is_some())
        };
        ordered.sort_by_key(|(_, offer)| (!has_rivals(offer), Reverse(offer.worth), &offer.id));
        let disputed = ordered.iter().filter(|(_, offer)| has_rivals(offer)).count();
        if disputed > MOST {
            return Err(CombinationError::TooMany(disputed));
        }
        let bits = |offer: &Offer| {
            let rivals = ordered.iter().take(disputed).enumerate();
            let rivals =
                rivals.filter(|(_, (_, other))| other.id != offer.id && against(offer, other).is_some());
            rivals.fold(0u32, |bits, (place, _)| bits | 1 << place)
        };
        let rivals = ordered.iter().take(disputed).map(|(_, offer)| bits(offer)).collect();
        // The smallest first, so that every stack comes before those around it; of equal ones the first is the inner.
        let holds =
            |stack: &Stack| ordered.iter().filter(|(_, offer)| stack.members.contains(&offer.id)).count();
        let mut sorted: Vec<&Stack> = stacks.iter().filter(|stack| holds(stack) > 0).collect();
        sorted.sort_by_key(|stack| holds(stack));
        let innermost = |from: usize, id: &Arc<str>| {
            sorted
                .iter()
                .enumerate()
                .skip(from)
                .find(|(_, stack)| stack.members.contains(id))
                .map(|(at, _)| at)
        };
        let inner = ordered.iter().map(|(_, offer)| innermost(0, &offer.id)).collect();
        let within = |(at, stack): (usize, &&'o Stack)| {
            let one = ordered.iter().find(|(_, offer)| stack.members.contains(&offer.id));
            Within {
                id: &stack.id,
                most: stack.most,
                outer: one.and_then(|(_, offer)| innermost(at + 1, &offer.id)),
            }
        };
        let stacks = sorted.iter().enumerate().map(within).collect();
        Ok(Self { against: rivals, disputed, stacks, inner, offers: ordered })
    }

    /// The best set, or the best with the offer at a place.
    pub(super) fn best(&self, with: Option<usize>) -> Set {
        let forced = with.map_or(0, |place| 1u32 << place);
        let barred = with.and_then(|place| self.against.get(place)).copied().unwrap_or(0);
        let mut best = None;
        self.search(0, forced, barred, forced, &mut best);
        best.unwrap_or_else(|| self.set(forced, self.disputed))
    }

    /// Decides the offer at `place` and those after it. Taking comes first, so that of equal sets the first found has the
    /// offers worth more.
    fn search(&self, place: usize, taken: u32, barred: u32, forced: u32, best: &mut Option<Set>) {
        let open = all(self.disputed) & !all(place) & !barred;
        let reach = self.set(taken | open, self.disputed);
        if let Some(best) = best {
            let fewer = reach.disputed.count_ones() <= best.disputed.count_ones();
            if reach.total < best.total || (reach.total == best.total && fewer) {
                return;
            }
        }
        if place == self.disputed {
            *best = Some(reach);
            return;
        }
        let bit = 1u32 << place;
        let rivals = self.against.get(place).copied().unwrap_or(0);
        if barred & bit == 0 && taken & rivals == 0 {
            self.search(place + 1, taken | bit, barred | rivals, forced, best);
        }
        if forced & bit == 0 {
            self.search(place + 1, taken, barred, forced, best);
        }
    }

    fn set(&self, disputed: u32, from: usize) -> Set {
        let set = Set { total: 0, disputed, from };
        Set { total: self.sums(&set).0, ..set }
    }

    /// What a set comes to, and what each stack does before its own limit.
    fn sums(&self, set: &Set) -> (u128, Vec<u128>) {
        let (mut total, mut sums) = (0, vec![0u128; self.stacks.len()]);
        let mut add =
            |sums: &mut [u128], to: Option<usize>, amount: u128| match to.and_then(|at| sums.get_mut(at)) {
                Some(sum) => *sum += amount,
                None => total += amount,
            };
        for (place, ((_, offer), inner)) in self.offers.iter().zip(&self.inner).enumerate() {
            if set.takes(place) {
                add(&mut sums, *inner, offer.worth.get().into());
            }
        }
        for (at, stack) in self.stacks.iter().enumerate() {
            let sum = sums.get(at).copied().unwrap_or(0);
            add(&mut sums, stack.outer, stack.most.at_most(sum).get().into());
        }
        (total, sums)
    }

    /// What a taken offer comes to: from the outermost stack inwards, what each has is parted among what is in it.
    pub(super) fn taken(&self, set: &Set, place: usize) -> Outcome {
        let (_, sums) = self.sums(set);
        let within = |stack: usize| {
            let most = self.stacks.get(stack).map_or(Fen::ZERO, |stack| stack.most);
            most.at_most(sums.get(stack).copied().unwrap_or(0))
        };
        let worth = |place: usize| self.offers.get(place).map_or(Fen::ZERO, |(_, offer)| offer.worth);
        // Around the offer, from the inside out.
        let around = |first: Option<usize>| {
            std::iter::successors(first, |at| self.stacks.get(*at).and_then(|stack| stack.outer))
        };
        let path: Vec<usize> = around(self.inner.get(place).copied().flatten()).collect();
        let mut given: Option<Fen> = None;
        let mut full = vec![];
        for (step, stack) in path.iter().enumerate().rev() {
            let has = given.map_or(within(*stack), |given| given.min(within(*stack)));
            let next = step.checked_sub(1).and_then(|step| path.get(step));
            let mut parts: Vec<Fen> = vec![];
            let mut ours = 0;
            for (other, inner) in self.inner.iter().enumerate() {
                if *inner == Some(*stack) && set.takes(other) {
                    if next.is_none() && other == place {
                        ours = parts.len();
                    }
                    parts.push(worth(other));
                }
            }
            for (other, _) in self.stacks.iter().enumerate().filter(|(_, one)| one.outer == Some(*stack)) {
                if next == Some(&other) {
                    ours = parts.len();
                }
                parts.push(within(other));
            }
            if Fen::total(parts.iter().copied()) > has.get().into() {
                full.extend(self.stacks.get(*stack).map(|stack| stack.id.clone()));
            }
            given = pro_rata(has, &parts).get(ours).copied();
        }
        full.reverse();
        Outcome::Taken { gets: given.unwrap_or_else(|| worth(place)), full }
    }

    /// What of a set an offer cannot be beside.
    pub(super) fn because(&self, set: &Set, place: usize) -> Vec<Because> {
        let Some((_, offer)) = self.offers.get(place) else { return vec![] };
        let taken = self.offers.iter().enumerate().filter(|(other, _)| set.takes(*other) && *other != place);
        taken.filter_map(|(_, (_, other))| against(offer, other)).collect()
    }
}

/// The first `count` bits.
const fn all(count: usize) -> u32 {
    (1u32 << count) - 1
}
