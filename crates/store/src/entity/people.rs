//! What people sign in with, and what they were signed in to.

pub(crate) mod session {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "session")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub zone_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub token_hash: Vec<u8>,
        pub id: Uuid,
        pub person_id: Uuid,
        pub created_at: i64,
        pub seen_at: i64,
        pub idle: i64,
        pub idle_until: i64,
        pub expires_at: i64,
        pub limited: bool,
        pub client: String,
        pub address: String,
        #[sea_orm(belongs_to, from = "(zone_id, person_id)", to = "(zone_id, id)")]
        pub person: BelongsTo<super::super::person::Entity>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}
