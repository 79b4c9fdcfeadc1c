//! Stories over the API with the virtual clock: what the definitions' own stories tell, by the people of the
//! demonstration, over HTTP from the running server.
mod grid_event;
mod process;
mod request;
mod stage;
