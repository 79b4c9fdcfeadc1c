//! The life of a grant: granted, in payment, paid; bounced and paid again to a corrected account; clawed back.
//!
//! At every moment **paid + open + returned = granted**: what the company has, what is still to come to it, what the
//! budget has back. A grant is paid whole, in one batch at a time. A payment that the bank sends back waits for a
//! corrected account; the [third](BOUNCES) stops the grant until a person has looked (workflows.md 2.4: 退票; issue 6).
//! Grants change only by [`Grant::take`], which answers the grant afterwards or why not, and leaves the one before as it
//! was.
mod batch;
#[cfg(test)]
mod tests;

pub use batch::{BankRow, Batch, BatchError};

use super::Fen;
use std::sync::Arc;

/// How often the bank may send a grant back before a person must look, each time from then on.
pub const BOUNCES: u32 = 3;

/// Where a company has its money.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    holder: Arc<str>,
    bank: Arc<str>,
    number: Arc<str>,
}

/// Says why something is no account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AccountError {
    /// A name is empty, too long or has control characters.
    #[error("the holder and the bank of an account are named in 1 to 100 characters, on one line")]
    Name,
    /// The number is none.
    #[error("the number of an account is 6 to 32 digits")]
    Number,
}

impl AccountError {
    /// Says the same in Chinese.
    #[must_use]
    pub const fn in_chinese(self) -> &'static str {
        match self {
            Self::Name => "户名和开户行应为 1 至 100 个字符，不得换行",
            Self::Number => "银行账号应为 6 至 32 位数字",
        }
    }
}

impl Account {
    /// Takes the name of the holder, of the bank, and the number; blanks in it are how people group its digits.
    ///
    /// # Errors
    /// What is wrong with them.
    pub fn new(holder: &str, bank: &str, number: &str) -> Result<Self, AccountError> {
        let name = |text: &str| {
            let text = text.trim();
            let fits = (1..=100).contains(&text.chars().count()) && !text.chars().any(char::is_control);
            fits.then(|| Arc::from(text)).ok_or(AccountError::Name)
        };
        let number: String = number.chars().filter(|letter| *letter != ' ').collect();
        if !(6..=32).contains(&number.len()) || !number.chars().all(|letter| letter.is_ascii_digit()) {
            return Err(AccountError::Number);
        }
        Ok(Self { holder: name(holder)?, bank: name(bank)?, number: number.into() })
    }

    /// Whose it is.
    #[must_use]
    pub fn holder(&self) -> &str {
        &self.holder
    }

    /// At which bank.
    #[must_use]
    pub fn bank(&self) -> &str {
        &self.bank
    }

    /// Its number: digits.
    #[must_use]
    pub fn number(&self) -> &str {
        &self.number
    }
}

/// Money granted to a company.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    id: Arc<str>,
    amount: Fen,
    paid: Fen,
    returned: Fen,
    demanded: Fen,
    account: Account,
    standing: Standing,
    bounces: u32,
}

/// Says where the open money of a grant is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// It can go into a batch.
    Waiting,
    /// It is at the bank.
    InPayment(Arc<str>),
    /// The bank sent it back: the account must be corrected.
    Bounced,
    /// The bank sent it back too often: a person must look.
    Halted,
    /// There is none: it is paid, or back in the budget.
    Settled,
}

/// Something that happens to a grant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// It goes to the bank in this batch.
    Sent(Arc<str>),
    /// The bank paid it, in this batch.
    Paid(Arc<str>),
    /// The bank sent it back, in this batch.
    Bounced(Arc<str>),
    /// The company gives another account.
    Corrected(Account),
    /// A person has looked after too many bounces, and the company gave this account.
    Released(Account),
    /// It is called off before it is paid: the company moved out or is deregistered, the grant was wrong.
    Revoked,
    /// The company must give back this much of what it was paid.
    Demanded(Fen),
    /// The company gave back this much of what is demanded.
    Returned(Fen),
}

/// Says why something cannot happen to a grant.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// It is at the bank.
    #[error("the grant is in payment in batch `{0}`; first the bank must say what became of it")]
    InPayment(Arc<str>),
    /// It is not in that batch.
    #[error("the grant is not in payment in batch `{0}`")]
    NotInBatch(Arc<str>),
    /// It was sent back.
    #[error("the bank sent the payment back; first the company must correct its account")]
    Bounced,
    /// It was not sent back.
    #[error("no payment was sent back, so there is no account to correct")]
    NotBounced,
    /// It is the account to which it could not be paid.
    #[error("this is the account to which the bank could not pay")]
    SameAccount,
    /// It was sent back too often.
    #[error("the bank sent the payment back {BOUNCES} times; first a person must look")]
    Halted,
    /// It was not sent back too often.
    #[error("the payment was not stopped, so there is nothing to release")]
    NotHalted,
    /// Nothing of it is open.
    #[error("nothing of the grant is open")]
    Settled,
    /// It is more than the company has and is not asked for yet.
    #[error("at most {0} yuan can be demanded back, and not nothing")]
    Demand(Fen),
    /// It is more than is demanded.
    #[error("at most {0} yuan are demanded back, and not nothing was given")]
    Return(Fen),
}

impl Refusal {
    /// Says the same in Chinese.
    #[must_use]
    pub fn in_chinese(&self) -> String {
        match self {
            Self::InPayment(batch) => format!("该笔已在批次 `{batch}` 拨付中，须待银行回执"),
            Self::NotInBatch(batch) => format!("该笔不在批次 `{batch}` 的拨付中"),
            Self::Bounced => "该笔已退票，须先由企业更正账户".into(),
            Self::NotBounced => "该笔未退票，无须更正账户".into(),
            Self::SameAccount => "该账户正是退票的账户".into(),
            Self::Halted => format!("该笔已退票 {BOUNCES} 次，须先由人工核查"),
            Self::NotHalted => "该笔未中止拨付，无须解除".into(),
            Self::Settled => "该笔没有待拨付的金额".into(),
            Self::Demand(most) => format!("追回金额应大于零，且不超过 {most} 元"),
            Self::Return(most) => format!("退回金额应大于零，且不超过 {most} 元"),
        }
    }
}

impl Grant {
    /// Grants an amount, to be paid to this account; nothing where there is nothing to pay.
    #[must_use]
    pub fn new(id: impl Into<Arc<str>>, amount: Fen, account: Account) -> Option<Self> {
        (amount > Fen::ZERO).then(|| Self {
            id: id.into(),
            amount,
            paid: Fen::ZERO,
            returned: Fen::ZERO,
            demanded: Fen::ZERO,
            account,
            standing: Standing::Waiting,
            bounces: 0,
        })
    }

    /// Its name: the number of the application.
    #[must_use]
    pub const fn id(&self) -> &Arc<str> {
        &self.id
    }

    /// What was granted.
    #[must_use]
    pub const fn granted(&self) -> Fen {
        self.amount
    }

    /// What the company has.
    #[must_use]
    pub const fn paid(&self) -> Fen {
        self.paid
    }

    /// What is still to come to it, at the bank or not.
    #[must_use]
    pub const fn open(&self) -> Fen {
        self.amount.minus(self.paid).minus(self.returned)
    }

    /// What the budget has back.
    #[must_use]
    pub const fn returned(&self) -> Fen {
        self.returned
    }

    /// What of the paid money is demanded back and was not returned yet.
    #[must_use]
    pub const fn demanded(&self) -> Fen {
        self.demanded
    }

    /// Where it is paid to.
    #[must_use]
    pub const fn account(&self) -> &Account {
        &self.account
    }

    /// Where its open money is.
    #[must_use]
    pub const fn standing(&self) -> &Standing {
        &self.standing
    }

    /// How often the bank sent it back.
    #[must_use]
    pub const fn bounces(&self) -> u32 {
        self.bounces
    }

    /// The grant after something happened.
    ///
    /// # Errors
    /// Why that cannot happen now.
    pub fn take(&self, event: &Event) -> Result<Self, Refusal> {
        let mut next = self.clone();
        match event {
            Event::Sent(batch) => {
                self.is_waiting()?;
                next.standing = Standing::InPayment(batch.clone());
            }
            Event::Paid(batch) => {
                self.is_in(batch)?;
                next.paid = self.paid.plus(self.open());
                next.standing = Standing::Settled;
            }
            Event::Bounced(batch) => {
                self.is_in(batch)?;
                next.bounces = self.bounces.saturating_add(1);
                next.standing = if next.bounces < BOUNCES { Standing::Bounced } else { Standing::Halted };
            }
            Event::Corrected(account) | Event::Released(account) => {
                let (stands, otherwise) = match event {
                    Event::Corrected(_) => (Standing::Bounced, Refusal::NotBounced),
                    _ => (Standing::Halted, Refusal::NotHalted),
                };
                if self.standing != stands {
                    return Err(if self.standing == Standing::Halted { Refusal::Halted } else { otherwise });
                }
                if *account == self.account {
                    return Err(Refusal::SameAccount);
                }
                next.account = account.clone();
                next.standing = Standing::Waiting;
            }
            Event::Revoked => {
                match &self.standing {
                    Standing::InPayment(batch) => return Err(Refusal::InPayment(batch.clone())),
                    Standing::Settled => return Err(Refusal::Settled),
                    Standing::Waiting | Standing::Bounced | Standing::Halted => {}
                }
                next.returned = self.returned.plus(self.open());
                next.standing = Standing::Settled;
            }
            Event::Demanded(amount) => {
                let most = self.paid.minus(self.demanded);
                if *amount == Fen::ZERO || *amount > most {
                    return Err(Refusal::Demand(most));
                }
                next.demanded = self.demanded.plus(*amount);
            }
            Event::Returned(amount) => {
                if *amount == Fen::ZERO || *amount > self.demanded {
                    return Err(Refusal::Return(self.demanded));
                }
                next.demanded = self.demanded.minus(*amount);
                next.paid = self.paid.minus(*amount);
                next.returned = self.returned.plus(*amount);
            }
        }
        Ok(next)
    }

    fn is_waiting(&self) -> Result<(), Refusal> {
        match &self.standing {
            Standing::Waiting => Ok(()),
            Standing::InPayment(batch) => Err(Refusal::InPayment(batch.clone())),
            Standing::Bounced => Err(Refusal::Bounced),
            Standing::Halted => Err(Refusal::Halted),
            Standing::Settled => Err(Refusal::Settled),
        }
    }

    /// What the bank says of a batch that the grant is no longer in, or never was, is not about it.
    fn is_in(&self, batch: &Arc<str>) -> Result<(), Refusal> {
        let within = matches!(&self.standing, Standing::InPayment(within) if within == batch);
        if within { Ok(()) } else { Err(Refusal::NotInBatch(batch.clone())) }
    }
}
