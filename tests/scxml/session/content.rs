//! Running executable content. The first error ends the handler it happens in (SCXML 4.9).
use super::Session;
use crate::document::{Content, Document, Text};
use crate::event::{Event, Fault};
use workflow::kernel::BlockId;

impl Session {
    pub(super) fn execute(&mut self, document: &Document, block: BlockId) {
        for handler in document.blocks.get(block.0).into_iter().flatten() {
            let fault = self.all(handler).err();
            self.raised.extend(fault.map(Event::from));
        }
    }

    fn all(&mut self, content: &[Content]) -> Result<(), Fault> {
        content.iter().try_for_each(|item| self.item(item))
    }

    fn item(&mut self, item: &Content) -> Result<(), Fault> {
        match item {
            Content::Raise(name) => self.raised.push_back(Event::new("internal", name)),
            Content::Log(expression) => {
                self.data.evaluate(expression)?;
            }
            Content::Assign { location, value } => {
                let value = self.value(value)?;
                self.data.assign(location, value)?;
            }
            Content::Script(script) => {
                self.data.run(script)?;
            }
            Content::Cancel(id) => {
                let id = self.text(id)?.unwrap_or_default();
                self.post.borrow_mut().cancel(self.id, &id);
            }
            Content::Send(send) => self.send(send)?,
            Content::If(branches) => {
                for (condition, body) in branches {
                    // A condition that fails is an error, and does not hold.
                    let holds = match condition.as_ref().map(|condition| self.data.holds(condition)) {
                        Some(Ok(holds)) => holds,
                        Some(Err(failure)) => self.tried(Err(failure)),
                        None => true,
                    };
                    if holds {
                        return self.all(body);
                    }
                }
            }
            Content::ForEach { array, item, index, body } => {
                let items = self.data.items(array)?;
                for (at, value) in items.into_iter().enumerate() {
                    self.data.assign_item(item, value)?;
                    if let Some(index) = index {
                        self.data.assign_item(index, at.into())?;
                    }
                    self.all(body)?;
                }
            }
        }
        Ok(())
    }

    /// The text of an attribute, if it is there.
    pub(super) fn text(&mut self, text: &Text) -> Result<Option<String>, String> {
        match text {
            Text::Nothing => Ok(None),
            Text::Literal(text) => Ok(Some(text.clone())),
            Text::Expression(expression) => self.data.text(expression).map(Some),
        }
    }
}
