//! Who is what, and in which units.
use super::gate::{broken, caller, desk};
use super::id::NodeId;
use super::people::{Person, Unit, load_unit};
use super::setting::{SettingRefusal, refused};
use async_graphql::{Context, ID, InputObject, Object, Result, SimpleObject};
use desk::PostsOrder;
use uuid::Uuid;
use workflow::{PersonId, UnitId};

/// A role held in a unit besides one's own.
pub struct Post(pub(super) desk::Post);

/// A role held in a unit besides one's own.
#[Object]
impl Post {
    /// The unit.
    async fn unit(&self, ctx: &Context<'_>) -> Result<Option<Unit>> {
        load_unit(ctx, self.0.unit).await
    }

    /// The key of the role.
    async fn role(&self) -> &str {
        &self.0.role
    }
}

/// A role in a unit.
#[derive(InputObject)]
pub struct PostInput {
    /// The unit.
    unit_id: ID,
    /// The key of the role.
    role: String,
}

/// Says what somebody of the staff may be, all of it.
#[derive(InputObject)]
pub struct PersonPostsSetInput {
    /// Who.
    person_id: ID,
    /// The unit they work in; none where they are of none.
    unit_id: Option<ID>,
    /// Keys of their roles there; those of the whole zone too.
    roles: Vec<String>,
    /// Their roles in other units, at most 50.
    #[graphql(default)]
    posts: Vec<PostInput>,
}

/// What came of saying what somebody may be.
#[derive(SimpleObject)]
pub struct PersonPostsSetPayload {
    /// The person, as they are now; none when it was refused.
    person: Option<Person>,
    /// Why nothing was changed.
    refusal: Option<SettingRefusal>,
}

/// Who is what.
#[derive(Default)]
pub struct PostMutation;

/// Who is what.
#[Object]
impl PostMutation {
    /// Says what somebody of the staff may be, and in which units, in the place of all that was said before. It counts
    /// from their next request on. For administrators.
    #[graphql(complexity = "10 + child_complexity")]
    async fn person_posts_set(
        &self,
        ctx: &Context<'_>,
        input: PersonPostsSetInput,
    ) -> Result<PersonPostsSetPayload> {
        let unit = |id: &ID| NodeId::unit(id).unwrap_or(UnitId(Uuid::nil()));
        let post = |post: PostInput| desk::Post { unit: unit(&post.unit_id), role: post.role };
        let order = PostsOrder {
            unit: input.unit_id.as_ref().map(unit),
            roles: input.roles,
            posts: input.posts.into_iter().map(post).collect(),
        };
        let person = NodeId::person(&input.person_id).unwrap_or(PersonId(Uuid::nil()));
        let set = desk(ctx)?.person_posts_set(caller(ctx)?, person, order).await.map_err(broken)?;
        Ok(match set {
            Ok(person) => PersonPostsSetPayload { person: Some(Person(person)), refusal: None },
            Err(not_set) => PersonPostsSetPayload { person: None, refusal: Some(refused(&not_set, ctx)) },
        })
    }
}
