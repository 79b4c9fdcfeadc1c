//! Who is what, and in which units.
use crate::{Caller, Desk, DeskError, NotSet, Person, Post, RecordAct, Rights, Viewer, Whose};
use std::collections::BTreeSet;
use workflow::{PersonId, UnitId};

/// How many posts in other units somebody holds at most.
const POSTS_MOST: usize = 50;

/// What somebody of the staff may be, all of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PostsOrder {
    /// The unit they work in; none where they are of none.
    pub unit: Option<UnitId>,
    /// Their roles there; those of the whole zone too.
    pub roles: Vec<String>,
    /// Their roles in other units.
    pub posts: Vec<Post>,
}

impl Desk {
    /// Says what somebody of the staff may be, and in which units. It counts from their next request on; that it was
    /// said is kept. Cases in their own hands stay with them.
    ///
    /// # Errors
    /// [`DeskError`]; refusals are values.
    pub async fn person_posts_set(
        &self,
        caller: &Caller,
        person: PersonId,
        order: PostsOrder,
    ) -> Result<Result<Person, NotSet>, DeskError> {
        let found = self.store.person_find(&self.viewer(caller), person).await?;
        let Some(mut person) = found.filter(|person| person.company.is_none()) else {
            return Ok(Err(NotSet::NoSuchPerson));
        };
        let roles: BTreeSet<String> = order.roles.into_iter().collect();
        // What is held at home is no post besides.
        let besides = |post: &Post| Some(post.unit) != order.unit || !roles.contains(&post.role);
        let posts: BTreeSet<Post> = order.posts.into_iter().filter(besides).collect();
        if posts.len() > POSTS_MOST || (roles.is_empty() && posts.is_empty()) {
            return Ok(Err(NotSet::Posts { most: POSTS_MOST }));
        }
        let known = self.staff_roles(caller.zone);
        if roles.iter().chain(posts.iter().map(|post| &post.role)).any(|role| !known.contains(role)) {
            return Ok(Err(NotSet::NoSuchRole { roles: known }));
        }
        let units: BTreeSet<UnitId> =
            order.unit.into_iter().chain(posts.iter().map(|post| post.unit)).collect();
        let units: Vec<UnitId> = units.into_iter().collect();
        if self.store.unit_batch(&Viewer::System(caller.zone), &units).await?.len() < units.len() {
            return Ok(Err(NotSet::NoSuchUnit));
        }
        person.unit = order.unit;
        person.roles = roles.into_iter().collect();
        person.posts = posts.into_iter().collect();
        let sets = self.rights.may(&Rights::standing(&person), "Mutation", "personPostsSet");
        if person.id == caller.person.id && !sets {
            return Ok(Err(NotSet::Oneself));
        }
        let tx = self.store.begin(caller.zone).await?;
        tx.person_unit_set(person.id, person.unit).await?;
        tx.person_roles_set(person.id, &person.roles).await?;
        tx.person_posts_set(person.id, &person.posts).await?;
        self.person_recorded(&tx, caller, Whose::Person(person.id), RecordAct::Appointed, None).await?;
        tx.commit().await?;
        Ok(Ok(person))
    }
}
