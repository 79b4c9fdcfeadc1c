//! The functions of the language.

/// A function of the language; the tests of this crate say what each gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is named as texts name it")]
pub enum Function {
    Sum,
    Mean,
    Min,
    Max,
    Count,
    Abs,
    Date,
    Year,
    Month,
    Day,
    DaysBetween,
    MonthsBetween,
    YearsBetween,
    QuarterAverage,
    Lookup,
    Substring,
    StartsWith,
    Contains,
}

impl Function {
    pub(crate) const ALL: [Self; 18] = [
        Self::Sum,
        Self::Mean,
        Self::Min,
        Self::Max,
        Self::Count,
        Self::Abs,
        Self::Date,
        Self::Year,
        Self::Month,
        Self::Day,
        Self::DaysBetween,
        Self::MonthsBetween,
        Self::YearsBetween,
        Self::QuarterAverage,
        Self::Lookup,
        Self::Substring,
        Self::StartsWith,
        Self::Contains,
    ];

    pub(crate) fn of_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|function| function.name() == name)
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Sum => "sum",
            Self::Mean => "mean",
            Self::Min => "min",
            Self::Max => "max",
            Self::Count => "count",
            Self::Abs => "abs",
            Self::Date => "date",
            Self::Year => "year",
            Self::Month => "month",
            Self::Day => "day",
            Self::DaysBetween => "days_between",
            Self::MonthsBetween => "months_between",
            Self::YearsBetween => "years_between",
            Self::QuarterAverage => "quarter_average",
            Self::Lookup => "lookup",
            Self::Substring => "substring",
            Self::StartsWith => "starts_with",
            Self::Contains => "contains",
        }
    }

    /// The fewest and the most arguments.
    pub(crate) fn arguments(self) -> (usize, usize) {
        match self {
            Self::Sum | Self::Mean | Self::Min | Self::Max => (1, usize::MAX),
            Self::Count | Self::Abs | Self::Year | Self::Month | Self::Day | Self::QuarterAverage => (1, 1),
            Self::DaysBetween
            | Self::MonthsBetween
            | Self::YearsBetween
            | Self::Lookup
            | Self::StartsWith
            | Self::Contains => (2, 2),
            Self::Date => (3, 3),
            Self::Substring => (2, 3),
        }
    }

    /// Whether it claims something.
    pub(crate) fn claims(self) -> bool {
        matches!(self, Self::StartsWith | Self::Contains)
    }
}
