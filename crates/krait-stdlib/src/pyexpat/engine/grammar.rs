//! The grammar of prolog and document type declaration (XML 1.0, productions 22 to 83), as a machine that tells for
//! each token what it is good for.

use crate::pyexpat::engine::prolog_scan::Tok;

/// How often a part of a content model may occur.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum Quantifier {
    One = 0,
    Optional = 1,
    Repeated = 2,
    Plus = 3,
}

/// Which declaration a token without a meaning of its own belongs to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Within {
    Nothing,
    Doctype,
    Entity,
    Notation,
    Attlist,
    Element,
}

/// What a token is good for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Role {
    Error,
    /// White space and punctuation.
    Filler(Within),
    XmlDecl,
    TextDecl,
    Pi,
    Comment,
    InstanceStart,
    DoctypeName,
    DoctypeSystemId,
    DoctypePublicId,
    DoctypeInternalSubset,
    DoctypeClose,
    GeneralEntityName,
    ParamEntityName,
    EntityValue,
    EntitySystemId,
    EntityPublicId,
    EntityNotationName,
    EntityComplete,
    NotationName,
    NotationSystemId,
    NotationPublicId,
    NotationNoSystemId,
    AttlistElementName,
    AttributeName,
    /// One of the types that are keywords.
    AttributeType(&'static str),
    AttributeEnumValue,
    AttributeNotationValue,
    ImpliedValue,
    RequiredValue,
    DefaultValue,
    FixedValue,
    ElementName,
    ContentAny,
    ContentEmpty,
    ContentPcdata,
    ContentElement(Quantifier),
    GroupOpen,
    GroupClose(Quantifier),
    GroupSequence,
    GroupChoice,
    ParamEntityRef,
    /// A reference inside of a declaration.
    InnerParamEntityRef,
    IgnoreSect,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum State {
    Start,
    BeforeDoctype,
    AfterDoctype,
    DoctypeName,
    DoctypeId,
    DoctypePublic,
    DoctypeSystem,
    DoctypeSubset,
    DoctypeEnd,
    InternalSubset,
    ExternalStart,
    External,
    Entity,
    EntityValue,
    EntityPublic,
    EntitySystem,
    EntityEnd,
    EntityNotation,
    ParamEntity,
    ParamEntityValue,
    ParamEntityPublic,
    ParamEntitySystem,
    ParamEntityEnd,
    Notation,
    NotationId,
    NotationPublic,
    NotationSystem,
    NotationMaybeSystem,
    Attlist,
    AttributeName,
    AttributeType,
    EnumValue,
    EnumNext,
    NotationOpen,
    NotationValue,
    NotationNext,
    AttributeDefault,
    AttributeFixed,
    Element,
    ElementContent,
    ModelStart,
    MixedEnd,
    MixedName,
    MixedNext,
    ModelItem,
    ModelNext,
    CondSect,
    Include,
    Ignore,
    /// Nothing but the end of a declaration.
    Close,
    Error,
}

/// The machine.
#[derive(Clone)]
pub struct Grammar {
    state: State,
    /// The declaration whose end is awaited.
    closing: Within,
    /// This is the document, not an external entity.
    pub document: bool,
    /// Open parentheses of a content model.
    pub level: usize,
    /// Open sections that are included.
    includes: usize,
}

const ATTRIBUTE_TYPES: &[&str] = &[
    "CDATA", "ID", "IDREF", "IDREFS", "ENTITY", "ENTITIES", "NMTOKEN", "NMTOKENS",
];

impl Grammar {
    pub fn document() -> Grammar {
        Grammar {
            state: State::Start,
            closing: Within::Nothing,
            document: true,
            level: 0,
            includes: 0,
        }
    }

    /// For the external subset or an external parameter entity.
    pub fn external() -> Grammar {
        Grammar {
            state: State::ExternalStart,
            document: false,
            ..Grammar::document()
        }
    }

    fn to(&mut self, state: State, role: Role) -> Role {
        self.state = state;
        role
    }

    fn close(&mut self, within: Within, role: Role) -> Role {
        self.closing = within;
        self.to(State::Close, role)
    }

    fn top(&mut self, role: Role) -> Role {
        let state = if self.document {
            State::InternalSubset
        } else {
            State::External
        };
        self.to(state, role)
    }

    fn refuse(&mut self, tok: Tok) -> Role {
        if !self.document && tok == Tok::ParamEntityRef {
            return Role::InnerParamEntityRef;
        }
        self.to(State::Error, Role::Error)
    }

    /// The role of a token with this text.
    pub fn role(&mut self, tok: Tok, text: &[u8]) -> Role {
        use State as S;
        match self.state {
            S::Start | S::BeforeDoctype | S::AfterDoctype => self.prolog(tok, text),
            S::DoctypeName
            | S::DoctypeId
            | S::DoctypePublic
            | S::DoctypeSystem
            | S::DoctypeSubset
            | S::DoctypeEnd => self.doctype(tok, text),
            S::InternalSubset | S::ExternalStart | S::External => self.subset(tok, text),
            S::Entity
            | S::EntityValue
            | S::EntityPublic
            | S::EntitySystem
            | S::EntityEnd
            | S::EntityNotation => self.entity(tok, text),
            S::ParamEntity
            | S::ParamEntityValue
            | S::ParamEntityPublic
            | S::ParamEntitySystem
            | S::ParamEntityEnd => self.param_entity(tok, text),
            S::Notation
            | S::NotationId
            | S::NotationPublic
            | S::NotationSystem
            | S::NotationMaybeSystem => self.notation(tok, text),
            S::Attlist
            | S::AttributeName
            | S::AttributeType
            | S::EnumValue
            | S::EnumNext
            | S::NotationOpen
            | S::NotationValue
            | S::NotationNext
            | S::AttributeDefault
            | S::AttributeFixed => self.attlist(tok, text),
            S::Element
            | S::ElementContent
            | S::ModelStart
            | S::MixedEnd
            | S::MixedName
            | S::MixedNext
            | S::ModelItem
            | S::ModelNext => self.element(tok, text),
            S::CondSect | S::Include | S::Ignore => self.conditional(tok, text),
            S::Close => match tok {
                Tok::Space => Role::Filler(self.closing),
                Tok::DeclClose => self.top(Role::Filler(self.closing)),
                _ => self.refuse(tok),
            },
            S::Error => Role::Filler(Within::Nothing),
        }
    }

    fn prolog(&mut self, tok: Tok, text: &[u8]) -> Role {
        let before = self.state;
        if before == State::Start && tok != Tok::Bom {
            self.state = State::BeforeDoctype;
        }
        match tok {
            Tok::Space => Role::Filler(Within::Nothing),
            Tok::Bom if before != State::AfterDoctype => Role::Filler(Within::Nothing),
            Tok::XmlDecl if before == State::Start => Role::XmlDecl,
            Tok::Pi => Role::Pi,
            Tok::Comment => Role::Comment,
            Tok::DeclOpen if before != State::AfterDoctype && text == b"<!DOCTYPE" => {
                self.to(State::DoctypeName, Role::Filler(Within::Doctype))
            }
            Tok::InstanceStart => self.to(State::Error, Role::InstanceStart),
            _ => self.refuse(tok),
        }
    }

    fn doctype(&mut self, tok: Tok, text: &[u8]) -> Role {
        use State as S;
        let filler = Role::Filler(Within::Doctype);
        match (self.state, tok) {
            (_, Tok::Space) => filler,
            (S::DoctypeName, Tok::Name | Tok::PrefixedName) => {
                self.to(S::DoctypeId, Role::DoctypeName)
            }
            (S::DoctypeId | S::DoctypeSubset, Tok::OpenBracket) => {
                self.to(S::InternalSubset, Role::DoctypeInternalSubset)
            }
            (S::DoctypeId | S::DoctypeSubset | S::DoctypeEnd, Tok::DeclClose) => {
                self.to(S::AfterDoctype, Role::DoctypeClose)
            }
            (S::DoctypeId, Tok::Name) if text == b"SYSTEM" => self.to(S::DoctypeSystem, filler),
            (S::DoctypeId, Tok::Name) if text == b"PUBLIC" => self.to(S::DoctypePublic, filler),
            (S::DoctypePublic, Tok::Literal) => self.to(S::DoctypeSystem, Role::DoctypePublicId),
            (S::DoctypeSystem, Tok::Literal) => self.to(S::DoctypeSubset, Role::DoctypeSystemId),
            _ => self.refuse(tok),
        }
    }

    fn subset(&mut self, tok: Tok, text: &[u8]) -> Role {
        use State as S;
        let nothing = Role::Filler(Within::Nothing);
        if self.state != S::InternalSubset {
            let first = self.state == S::ExternalStart;
            self.state = S::External;
            match tok {
                Tok::XmlDecl if first => return Role::TextDecl,
                Tok::CondOpen => return self.to(S::CondSect, nothing),
                Tok::CondClose if self.includes > 0 => {
                    self.includes -= 1;
                    return nothing;
                }
                Tok::End if self.includes == 0 => return nothing,
                Tok::CloseBracket | Tok::End | Tok::CondClose => return self.refuse(tok),
                _ => {}
            }
        }
        match tok {
            Tok::Space | Tok::End => nothing,
            Tok::Pi => Role::Pi,
            Tok::Comment => Role::Comment,
            Tok::ParamEntityRef => Role::ParamEntityRef,
            Tok::CloseBracket => self.to(S::DoctypeEnd, Role::Filler(Within::Doctype)),
            Tok::DeclOpen => match text {
                b"<!ENTITY" => self.to(S::Entity, Role::Filler(Within::Entity)),
                b"<!ATTLIST" => self.to(S::Attlist, Role::Filler(Within::Attlist)),
                b"<!ELEMENT" => self.to(S::Element, Role::Filler(Within::Element)),
                b"<!NOTATION" => self.to(S::Notation, Role::Filler(Within::Notation)),
                _ => self.refuse(tok),
            },
            _ => self.refuse(tok),
        }
    }

    fn entity(&mut self, tok: Tok, text: &[u8]) -> Role {
        use State as S;
        let filler = Role::Filler(Within::Entity);
        match (self.state, tok) {
            (_, Tok::Space) => filler,
            (S::Entity, Tok::Percent) => self.to(S::ParamEntity, filler),
            (S::Entity, Tok::Name) => self.to(S::EntityValue, Role::GeneralEntityName),
            (S::EntityValue, Tok::Name) if text == b"SYSTEM" => self.to(S::EntitySystem, filler),
            (S::EntityValue, Tok::Name) if text == b"PUBLIC" => self.to(S::EntityPublic, filler),
            (S::EntityValue, Tok::Literal) => self.close(Within::Entity, Role::EntityValue),
            (S::EntityPublic, Tok::Literal) => self.to(S::EntitySystem, Role::EntityPublicId),
            (S::EntitySystem, Tok::Literal) => self.to(S::EntityEnd, Role::EntitySystemId),
            (S::EntityEnd, Tok::DeclClose) => self.top(Role::EntityComplete),
            (S::EntityEnd, Tok::Name) if text == b"NDATA" => self.to(S::EntityNotation, filler),
            (S::EntityNotation, Tok::Name) => self.close(Within::Entity, Role::EntityNotationName),
            _ => self.refuse(tok),
        }
    }

    fn param_entity(&mut self, tok: Tok, text: &[u8]) -> Role {
        use State as S;
        let filler = Role::Filler(Within::Entity);
        match (self.state, tok) {
            (_, Tok::Space) => filler,
            (S::ParamEntity, Tok::Name) => self.to(S::ParamEntityValue, Role::ParamEntityName),
            (S::ParamEntityValue, Tok::Name) if text == b"SYSTEM" => {
                self.to(S::ParamEntitySystem, filler)
            }
            (S::ParamEntityValue, Tok::Name) if text == b"PUBLIC" => {
                self.to(S::ParamEntityPublic, filler)
            }
            (S::ParamEntityValue, Tok::Literal) => self.close(Within::Entity, Role::EntityValue),
            (S::ParamEntityPublic, Tok::Literal) => {
                self.to(S::ParamEntitySystem, Role::EntityPublicId)
            }
            (S::ParamEntitySystem, Tok::Literal) => {
                self.to(S::ParamEntityEnd, Role::EntitySystemId)
            }
            (S::ParamEntityEnd, Tok::DeclClose) => self.top(Role::EntityComplete),
            _ => self.refuse(tok),
        }
    }

    fn notation(&mut self, tok: Tok, text: &[u8]) -> Role {
        use State as S;
        let filler = Role::Filler(Within::Notation);
        match (self.state, tok) {
            (_, Tok::Space) => filler,
            (S::Notation, Tok::Name) => self.to(S::NotationId, Role::NotationName),
            (S::NotationId, Tok::Name) if text == b"SYSTEM" => self.to(S::NotationSystem, filler),
            (S::NotationId, Tok::Name) if text == b"PUBLIC" => self.to(S::NotationPublic, filler),
            (S::NotationPublic, Tok::Literal) => {
                self.to(S::NotationMaybeSystem, Role::NotationPublicId)
            }
            (S::NotationSystem | S::NotationMaybeSystem, Tok::Literal) => {
                self.close(Within::Notation, Role::NotationSystemId)
            }
            (S::NotationMaybeSystem, Tok::DeclClose) => self.top(Role::NotationNoSystemId),
            _ => self.refuse(tok),
        }
    }

    fn attlist(&mut self, tok: Tok, text: &[u8]) -> Role {
        use State as S;
        let filler = Role::Filler(Within::Attlist);
        match (self.state, tok) {
            (_, Tok::Space) => filler,
            (S::Attlist, Tok::Name | Tok::PrefixedName) => {
                self.to(S::AttributeName, Role::AttlistElementName)
            }
            (S::AttributeName, Tok::DeclClose) => self.top(filler),
            (S::AttributeName, Tok::Name | Tok::PrefixedName) => {
                self.to(S::AttributeType, Role::AttributeName)
            }
            (S::AttributeType, Tok::Name) => {
                let keyword = ATTRIBUTE_TYPES.iter().find(|t| t.as_bytes() == text);
                match keyword {
                    Some(t) => self.to(S::AttributeDefault, Role::AttributeType(t)),
                    None if text == b"NOTATION" => self.to(S::NotationOpen, filler),
                    None => self.refuse(tok),
                }
            }
            (S::AttributeType, Tok::OpenParen) => self.to(S::EnumValue, filler),
            (S::EnumValue, Tok::NmToken | Tok::Name | Tok::PrefixedName) => {
                self.to(S::EnumNext, Role::AttributeEnumValue)
            }
            (S::EnumNext, Tok::Or) => self.to(S::EnumValue, filler),
            (S::NotationOpen, Tok::OpenParen) => self.to(S::NotationValue, filler),
            (S::NotationValue, Tok::Name) => self.to(S::NotationNext, Role::AttributeNotationValue),
            (S::NotationNext, Tok::Or) => self.to(S::NotationValue, filler),
            (S::EnumNext | S::NotationNext, Tok::CloseParen) => {
                self.to(S::AttributeDefault, filler)
            }
            (S::AttributeDefault, Tok::PoundName) => match text {
                b"#IMPLIED" => self.to(S::AttributeName, Role::ImpliedValue),
                b"#REQUIRED" => self.to(S::AttributeName, Role::RequiredValue),
                b"#FIXED" => self.to(S::AttributeFixed, filler),
                _ => self.refuse(tok),
            },
            (S::AttributeDefault, Tok::Literal) => self.to(S::AttributeName, Role::DefaultValue),
            (S::AttributeFixed, Tok::Literal) => self.to(S::AttributeName, Role::FixedValue),
            _ => self.refuse(tok),
        }
    }

    fn element(&mut self, tok: Tok, text: &[u8]) -> Role {
        use State as S;
        let filler = Role::Filler(Within::Element);
        match (self.state, tok) {
            (_, Tok::Space) => filler,
            (S::Element, Tok::Name | Tok::PrefixedName) => {
                self.to(S::ElementContent, Role::ElementName)
            }
            (S::ElementContent, Tok::Name) => match text {
                b"EMPTY" => self.close(Within::Element, Role::ContentEmpty),
                b"ANY" => self.close(Within::Element, Role::ContentAny),
                _ => self.refuse(tok),
            },
            (S::ElementContent, Tok::OpenParen) => {
                self.level = 1;
                self.to(S::ModelStart, Role::GroupOpen)
            }
            (S::ModelStart, Tok::PoundName) if text == b"#PCDATA" => {
                self.to(S::MixedEnd, Role::ContentPcdata)
            }
            (S::MixedEnd, Tok::CloseParen) => {
                self.close(Within::Element, Role::GroupClose(Quantifier::One))
            }
            (S::MixedEnd | S::MixedNext, Tok::CloseParenAsterisk) => {
                self.close(Within::Element, Role::GroupClose(Quantifier::Repeated))
            }
            (S::MixedEnd | S::MixedNext, Tok::Or) => self.to(S::MixedName, filler),
            (S::MixedName, Tok::Name | Tok::PrefixedName) => {
                self.to(S::MixedNext, Role::ContentElement(Quantifier::One))
            }
            (S::ModelStart | S::ModelItem, _) => self.model_item(tok),
            (S::ModelNext, Tok::Comma) => self.to(S::ModelItem, Role::GroupSequence),
            (S::ModelNext, Tok::Or) => self.to(S::ModelItem, Role::GroupChoice),
            (S::ModelNext, Tok::CloseParen) => self.group_close(Quantifier::One),
            (S::ModelNext, Tok::CloseParenQuestion) => self.group_close(Quantifier::Optional),
            (S::ModelNext, Tok::CloseParenAsterisk) => self.group_close(Quantifier::Repeated),
            (S::ModelNext, Tok::CloseParenPlus) => self.group_close(Quantifier::Plus),
            _ => self.refuse(tok),
        }
    }

    fn model_item(&mut self, tok: Tok) -> Role {
        let quantifier = match tok {
            Tok::OpenParen => {
                self.level += 1;
                return self.to(State::ModelItem, Role::GroupOpen);
            }
            Tok::Name | Tok::PrefixedName => Quantifier::One,
            Tok::NameQuestion => Quantifier::Optional,
            Tok::NameAsterisk => Quantifier::Repeated,
            Tok::NamePlus => Quantifier::Plus,
            _ => return self.refuse(tok),
        };
        self.to(State::ModelNext, Role::ContentElement(quantifier))
    }

    fn group_close(&mut self, quantifier: Quantifier) -> Role {
        self.level -= 1;
        if self.level == 0 {
            return self.close(Within::Element, Role::GroupClose(quantifier));
        }
        Role::GroupClose(quantifier)
    }

    fn conditional(&mut self, tok: Tok, text: &[u8]) -> Role {
        use State as S;
        let nothing = Role::Filler(Within::Nothing);
        match (self.state, tok) {
            (_, Tok::Space) => nothing,
            (S::CondSect, Tok::Name) if text == b"INCLUDE" => self.to(S::Include, nothing),
            (S::CondSect, Tok::Name) if text == b"IGNORE" => self.to(S::Ignore, nothing),
            (S::Include, Tok::OpenBracket) => {
                self.includes += 1;
                self.to(S::External, nothing)
            }
            (S::Ignore, Tok::OpenBracket) => self.to(S::External, Role::IgnoreSect),
            _ => self.refuse(tok),
        }
    }
}
