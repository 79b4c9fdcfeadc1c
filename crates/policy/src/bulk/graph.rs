//! How claims join: a graph in which what is the same stands once.
use condition::Truth;
use std::collections::HashMap;

/// A claim of the graph, or its contrary.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Edge(u32);

/// A claim of the graph. *Or* is *and* of contraries, a choice is *and* of *or*: in Kleene's logic too.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Node {
    Yes,
    Unknown,
    /// An atom, by its number.
    Atom(usize),
    And(Box<[Edge]>),
    AtLeast(usize, Box<[Edge]>),
}

/// Every claim once; what a claim is made of stands before it.
#[derive(Debug)]
pub(crate) struct Graph {
    pub(crate) nodes: Vec<Node>,
    places: HashMap<Node, u32>,
}

impl Edge {
    const YES: Self = Self(0);
    const NO: Self = Self(1);
    const UNKNOWN: Self = Self(2);

    pub(crate) fn node(self) -> usize {
        self.0 as usize >> 1
    }

    pub(crate) fn is_contrary(self) -> bool {
        self.0 & 1 == 1
    }

    /// The plane of rows where it holds; that of its contrary is where it does not.
    pub(crate) fn plane(self) -> usize {
        self.0 as usize
    }

    /// The same claim, or its contrary, of another node.
    pub(crate) fn moved(self, node: usize) -> Self {
        Self(u32::try_from(node << 1).unwrap_or(u32::MAX - 1) | self.0 & 1)
    }
}

impl std::ops::Not for Edge {
    type Output = Self;

    fn not(self) -> Self {
        Self(self.0 ^ 1)
    }
}

impl From<Truth> for Edge {
    fn from(truth: Truth) -> Self {
        match truth {
            Truth::Yes => Self::YES,
            Truth::No => Self::NO,
            Truth::Unknown => Self::UNKNOWN,
        }
    }
}

impl Graph {
    pub(crate) fn new() -> Self {
        let mut graph = Self { nodes: vec![], places: HashMap::new() };
        graph.place(Node::Yes);
        graph.place(Node::Unknown);
        graph
    }

    pub(crate) fn atom(&mut self, number: usize) -> Edge {
        self.place(Node::Atom(number))
    }

    fn place(&mut self, node: Node) -> Edge {
        if let Some(at) = self.places.get(&node) {
            return Edge(at << 1);
        }
        let at = u32::try_from(self.nodes.len()).unwrap_or(u32::MAX);
        self.nodes.push(node.clone());
        self.places.insert(node, at);
        Edge(at << 1)
    }

    pub(crate) fn all(&mut self, edges: impl IntoIterator<Item = Edge>) -> Edge {
        let mut parts = Vec::new();
        for edge in edges {
            match &self.nodes[edge.node()] {
                Node::And(inner) if !edge.is_contrary() => parts.extend_from_slice(inner),
                _ => parts.push(edge),
            }
        }
        parts.sort_unstable();
        parts.dedup();
        parts.retain(|part| *part != Edge::YES);
        self.absorb(&mut parts);
        if parts.contains(&Edge::NO) {
            return Edge::NO;
        }
        match *parts {
            [] => Edge::YES,
            [only] => only,
            _ => self.place(Node::And(parts.into())),
        }
    }

    /// Leaves out what says nothing more: beside `a`, that `a or b`.
    fn absorb(&self, parts: &mut Vec<Edge>) {
        let all = parts.clone();
        parts.retain(|part| match &self.nodes[part.node()] {
            Node::And(inner) if part.is_contrary() => {
                !inner.iter().any(|edge| all.binary_search(&!*edge).is_ok())
            }
            _ => true,
        });
    }

    pub(crate) fn any(&mut self, edges: impl IntoIterator<Item = Edge>) -> Edge {
        !self.all(edges.into_iter().map(|edge| !edge))
    }

    pub(crate) fn at_least(&mut self, count: usize, mut edges: Vec<Edge>) -> Edge {
        // Certain claims stay: each counts.
        edges.sort_unstable();
        match count {
            0 => Edge::YES,
            _ if count > edges.len() => Edge::NO,
            _ => self.place(Node::AtLeast(count, edges.into())),
        }
    }

    /// One claim where the guard holds, another where it does not; where nobody knows, what both say.
    pub(crate) fn branch(&mut self, guard: Edge, then: Edge, otherwise: Edge) -> Edge {
        let yes = self.all([guard, then]);
        let no = self.all([!guard, otherwise]);
        let both = self.all([then, otherwise]);
        self.any([yes, no, both])
    }

    /// One claim where what is surely yes or no is yes, another elsewhere.
    pub(crate) fn choice(&mut self, certain: Edge, then: Edge, otherwise: Edge) -> Edge {
        let yes = self.all([certain, then]);
        let no = self.all([!certain, otherwise]);
        self.any([yes, no])
    }
}
