/** What the files of the reader share: a parsed document, candidates for claims, operators. */
#ifndef DTN_READ_INNER_H
#define DTN_READ_INNER_H

#include "events/events.h"
#include "rules/rules.h"
#include "tree/tree.h"

typedef struct dtn_span {
    uint32_t begin, end; /* bytes of the document, or words of a sentence, as said */
} dtn_span;

/** Who goes on speaking in a sentence, and what leads in the list that it stands in; NULL: nobody. */
typedef struct dtn_voice {
    const char *carried;     /* from before */
    const char *said_before; /* who spoke last in this paragraph: "they add that" */
    const char *lead_by;     /* of an item of a list: who says what leads it in */
    const char *lead_to;     /* and to whom: "To the government:" */
    bool is_lead_denied;     /* "The government should not: ..." leads it in */
    bool
        is_lead_advice; /* "We recommend: ...", "We advise against: ...": what the items name is advised */
    bool is_lead_if; /* "If the truce fails, we recommend: ..." */
} dtn_voice;

typedef struct dtn_parsed {
    const char *text; /* as given */
    size_t n_text;
    dtn_sentence *sentences;
    dtn_voice *voices; /* [n]; zeroed until dtn_read_speakers */
    size_t n;
    size_t
        first; /* sentences before it were read with another part, and are what words look back to */
} dtn_parsed;

#define DTN_REFER_BACK 4 /* sentences that one word looks back over at most (corefer.c) */
#define DTN_READ_BACK 6  /* and all of a chain together */

/** What goes on from one part of a document to the next: zeroed at its beginning. */
typedef struct dtn_said {
    const char *last;              /* who spoke last; NULL: nobody */
    int is_open;                   /* inside of a quotation */
    const char *lead_by, *lead_to; /* of the list at hand */
    bool is_lead_denied, is_lead_advice, is_lead_if;
} dtn_said;

/** The lexicons by name, looked up once. */
typedef struct dtn_words_known {
    dtn_lexicon_ref cause, shut, valence, valence_toll, valence_state, pronoun_event, pronoun_thing,
        pronoun_noun;
    struct {
        dtn_lexicon_ref good, bad, toll, state, subject, any;
    } turn;
    struct {
        dtn_lexicon_ref mod, of, verb, worse, better, mod_event, of_event, verb_event, falling,
            passive, other, measure;
    } direction;
    struct {
        dtn_lexicon_ref modal, adverb, verb, phrase;
    } hedge;
    struct {
        dtn_lexicon_ref word, verb, adjective, noun, phrase, claim, reject, scarce, evidence, wrong,
            folly, think, nobody, answer, first, none, falls, stands, works, fails, vain, once;
    } negate;
    struct {
        dtn_lexicon_ref modal, need, verb, adjective, noun, stop, order, thought, burden, proverb,
            happen, guest, time;
    } advice;
    struct {
        dtn_lexicon_ref harm, harsh, people, ruin;
    } irony;
    struct {
        dtn_lexicon_ref modal, phrase, verb;
    } predict;
    struct {
        dtn_lexicon_ref before, quote, view, body, nobody, somebody, thing, opponent, vague;
    } attribution;
    struct {
        dtn_lexicon_ref verb, takes, noun, idiom, tries, made;
    } aim;
    struct {
        dtn_lexicon_ref pair, label, shell, event_noun, other;
    } refer;
    struct {
        dtn_lexicon_ref misjudge, seen, ask, heed, truth, bear, against, attempt, text, remind;
    } answer;
    struct {
        dtn_lexicon_ref thought, fire, span, brief, grant;
    } manner;
    dtn_lexicon_ref report, condition, lever_head, title, office;
    const dtn_event_words *names; /* of states, organisations, offices; NULL: none */
} dtn_words_known;
void dtn_read_lexicons(const dtn_rules *rules, const dtn_event_words *names, dtn_words_known *out);

typedef enum dtn_mode { DTN_DESCRIPTIVE, DTN_PREDICTIVE, DTN_NORMATIVE } dtn_mode;

/** What an end of a claim stands for: words of a sentence before or its own. */
typedef struct dtn_reference {
    uint32_t sentence, word; /* word: its head; DTN_NO_WORD: the whole sentence */
    dtn_span words;          /* none: it stands for nothing but itself */
} dtn_reference;

#define DTN_MAX_HEDGES 6 /* of one claim; more say nothing more */

/** A claim: a match of a rule with what the operators make of it. Words are indices in the
 *  claim's sentence, except where cause_sentence says otherwise. */
typedef struct dtn_claim {
    const dtn_rule *rule;
    uint32_t i_rule, sentence, cause_sentence;         /* effects lie in `sentence` */
    uint32_t trigger, cause, effect;                   /* head words */
    dtn_span trigger_words, cause_words, effect_words; /* whole arguments, in words */
    uint32_t group; /* claims of one match, split by conjuncts, share it */
    int sign;       /* -1, 0 (not known), +1 */
    int sign_trigger, sign_cause, sign_effect; /* its factors, between the words */
    int cause_direction, effect_direction; /* the last two between concepts: dtn_direction.all */
    int trigger_direction; /* the first where the effect has one: what costs lives is + on their loss */
    bool negated, purpose, conditional, weak;
    bool is_open;  /* asked or supposed, not held: "whether aid helps is unclear", "if aid helps" */
    bool is_meant; /* what was meant or expected to be: "were supposed to reduce attacks" */
    bool is_failed; /* and its own sentence says that it is not so: ", and they have failed" */
    bool is_denied; /* its member of a row is: "not security" */
    bool is_member; /* one pair of a row, not the whole arguments */
    bool is_split;  /* a whole row whose pairs follow: records have those */
    dtn_mode mode;
    const char *hedges[DTN_MAX_HEDGES];
    size_t n_hedge;
    double hedge_strength;
    const char *attributed_to;
    const char *cause_concept, *effect_concept; /* ids of the vocabulary, NULL: none */
    dtn_reference cause_refers, effect_refers;  /* what pronouns and the like stand for */
    double probability;
} dtn_claim;

/** Words of an argument's whole phrase or clause around `head`, without the subtrees that hold
 *  `away[]`, introducing words and punctuation at its ends. */
dtn_span dtn_read_extent(const dtn_rules *rules, const dtn_words_known *known,
                         const dtn_sentence *sentence, uint32_t head, const uint32_t *away,
                         size_t n_away);
/** The words of a verb with all that hangs on it but its subjects and `cause`: what it does. */
dtn_span dtn_read_whole_effect(const dtn_rules *rules, const dtn_words_known *known,
                               const dtn_sentence *sentence, uint32_t trigger, uint32_t cause);
/** The span in bytes of words [begin, end). */
dtn_span dtn_read_bytes(const dtn_sentence *sentence, dtn_span words);

/** Candidates of one sentence, appended to *out: those of its matches whose rules are of kind
 *  "claim", signs set. */
void dtn_read_candidates(const dtn_rules *rules, const dtn_words_known *known,
                         const dtn_parsed *doc, uint32_t sentence, const dtn_matches *found,
                         dtn_arena *arena, dtn_claim **out, size_t *n, size_t *cap);

/** Direction of what an argument says: -1 less of it, +1 more or as it is. */
typedef struct dtn_direction {
    int degree; /* by words that only say how much: "less", "a fall in"; a denied clause is named as a whole */
    int denied; /* by words that only say how much, and denials: "would not hold" */
    int all; /* by those, denials, and words that name an event or a state: "loss of", "has collapsed" */
    bool moved; /* some word says so */
} dtn_direction;
dtn_direction dtn_read_direction(const dtn_rules *rules, const dtn_words_known *known,
                                 const dtn_sentence *sentence, uint32_t head);
/** Is the word before a noun a property that is named with it, and not how much there is of it: "a lower ceiling", "falling
 *  rocks"? Of "lower prices" there is less. */
bool dtn_read_is_property(const dtn_rules *rules, const dtn_words_known *known,
                          const dtn_sentence *sentence, uint32_t word);
/** What an active verb at `head` does to its object: -1 less of it, +1; 0: it is none that acts. */
int dtn_read_act(const dtn_rules *rules, const dtn_words_known *known, const dtn_sentence *sentence,
                 uint32_t head);
/** The words of an argument by word order alone, on its side of the trigger, and their direction. */
dtn_span dtn_flat_extent(const dtn_sentence *sentence, uint32_t head, uint32_t trigger);
dtn_direction dtn_flat_direction(const dtn_rules *rules, const dtn_words_known *known,
                                 const dtn_sentence *sentence, dtn_span words);
/** The same of a noun and what it does, up to the next comma. */
dtn_span dtn_flat_clause(const dtn_sentence *sentence, uint32_t head, uint32_t trigger);
dtn_direction dtn_flat_motion(const dtn_rules *rules, const dtn_words_known *known,
                              const dtn_sentence *sentence, dtn_span clause, uint32_t head);
/** "The longer X, the less Y": ends and signs of a claim from its two comparatives, words of the sentence; false: a clause
 *  has nothing in it. */
bool dtn_flat_pair(const dtn_rules *rules, const dtn_words_known *known,
                   const dtn_sentence *sentence, uint32_t first, uint32_t second, dtn_claim *claim);

/** Is what the phrase names good (+1) or bad (-1) for most; 0 not known. */
int dtn_read_valence(const dtn_rules *rules, const dtn_words_known *known,
                     const dtn_sentence *sentence, uint32_t head);

/** Is the word denied ("not", "failed to", "no sign that")? */
bool dtn_read_negated(const dtn_rules *rules, const dtn_words_known *known,
                      const dtn_sentence *sentence, uint32_t word);
/** The same, without what denies a claim as a whole ("no sign that", "naive to think that"). */
bool dtn_read_is_undone(const dtn_rules *rules, const dtn_words_known *known,
                        const dtn_sentence *sentence, uint32_t word);
/** Is what `word` says called a thing not to be believed: "it would be naive to think that", "nobody should believe
 *  that", "the idea that ... is a myth"? */
bool dtn_read_is_disbelieved(const dtn_rules *rules, const dtn_words_known *known,
                             const dtn_sentence *sentence, uint32_t word);
/** Is it asked and not held: "whether aid helps", "it is unclear if aid helps"? */
bool dtn_read_is_open(const dtn_rules *rules, const dtn_words_known *known,
                      const dtn_sentence *sentence, uint32_t word);
/** Hedges, mode, condition, negation of a claim, from its sentence. */
void dtn_read_modality(const dtn_rules *rules, const dtn_words_known *known,
                       const dtn_sentence *sentence, dtn_claim *claim, dtn_arena *arena);

/** What a claim does not say although its words do ("was supposed to", "if raids help", "for a week"), and denials by the
 *  order of words ("too weak to", "it was not X that", "not because of"): a part of dtn_read_modality. */
void dtn_read_manner(const dtn_rules *rules, const dtn_words_known *known,
                     const dtn_sentence *sentence, dtn_claim *claim);
/** Is what the verb says granted, or said for a while only: "it is true that", "reduce attacks for a week"? */
bool dtn_read_is_conceded(const dtn_rules *rules, const dtn_words_known *known,
                          const dtn_sentence *sentence, uint32_t verb);
/** Is what the word says denied by how its clause begins: "never have", "at no point did", "none of the raids"? */
bool dtn_read_is_denied_ahead(const dtn_rules *rules, const dtn_words_known *known,
                              const dtn_sentence *sentence, uint32_t word);

/** Which sentences go on in the words of a speaker named before. */
void dtn_read_speakers(const dtn_rules *rules, const dtn_words_known *known, dtn_parsed *doc,
                       dtn_said *said, dtn_arena *arena);
/** Who says what `word` belongs to, by office or organisation; NULL: the document itself.
 *  `distance`: how far the writer stands back (report.tsv). */
const char *dtn_read_speaker(const dtn_rules *rules, const dtn_words_known *known,
                             const dtn_parsed *doc, uint32_t sentence, uint32_t word,
                             dtn_arena *arena, double *distance);

/** Is the noun a person or a body of persons? */
bool dtn_read_is_somebody(const dtn_rules *rules, const dtn_words_known *known,
                          const dtn_sentence *sentence, uint32_t noun);
/** "The envoy threatened war": does somebody say what they would do? */
bool dtn_read_is_threat(const dtn_rules *rules, const dtn_words_known *known,
                        const dtn_sentence *sentence, const dtn_claim *claim);
/** Is the subject of the verb, or of what is joined before it, somebody who can ask; also where it has none? */
bool dtn_read_can_ask(const dtn_rules *rules, const dtn_words_known *known,
                      const dtn_sentence *sentence, uint32_t verb);
/** Who asks for what a verb of asking ("urge", "call for") governs; NULL: the document itself, or what cannot ask. */
const char *dtn_read_asker(const dtn_rules *rules, const dtn_words_known *known,
                           const dtn_parsed *doc, uint32_t sentence, uint32_t verb,
                           dtn_arena *arena);
/** A noun phrase's name as a speaker's is shown: an office, an organisation, a state; NULL: none. */
const char *dtn_read_name(const dtn_rules *rules, const dtn_words_known *known,
                          const dtn_sentence *sentence, uint32_t head, dtn_arena *arena);
/** Is the speaker one whose views a writer brings up to answer them, "critics", or somebody unnamed, "some", "others"? */
bool dtn_read_is_opponent(const dtn_rules *rules, const dtn_words_known *known,
                          const char *speaker);
/** Does the next sentence say that what somebody says in this one is wrong? */
bool dtn_read_is_answered(const dtn_rules *rules, const dtn_words_known *known,
                          const dtn_parsed *doc, uint32_t sentence);

/** The clause of what a thing says, "the figures say that raids [feed] attacks"; `verb` itself: it governs none. */
uint32_t dtn_read_told(const dtn_rules *rules, const dtn_words_known *known,
                       const dtn_sentence *sentence, uint32_t verb);
/** What the next sentence says of what this one says was meant to be: +1 it came about ("they did"), -1 it did not
 *  ("they have failed"), 0 nothing. */
int dtn_read_outcome(const dtn_rules *rules, const dtn_words_known *known, const dtn_parsed *doc,
                     uint32_t sentence);
/** The same of what the claim's own sentence says behind it, or around it: "the raids, designed to deter, have failed". */
int dtn_read_own_outcome(const dtn_rules *rules, const dtn_words_known *known,
                         const dtn_sentence *sentence, const dtn_claim *claim);
/** "I wrote that we should shell the port. I was wrong.": does the author take back what the sentence says that was held? */
bool dtn_read_is_recanted(const dtn_rules *rules, const dtn_words_known *known,
                          const dtn_parsed *doc, uint32_t sentence);
/** How many words at the head of a sentence say whose turn it is, "Q:"; 0: none. */
uint32_t dtn_read_label(const dtn_sentence *sentence);
/** Is there a next sentence that goes on or answers: of the same paragraph, or the next turn of an interview? */
bool dtn_read_goes_on(const dtn_parsed *doc, uint32_t sentence);
/** What the next sentence answers to this one, if it asks for yes or no: +1 yes, -1 no; 0: nothing of the kind. */
int dtn_read_answer(const dtn_rules *rules, const dtn_words_known *known, const dtn_parsed *doc,
                    uint32_t sentence);
/** "Has it not changed minds?": does the question say "not" of what it asks? */
bool dtn_read_asks_not(const dtn_sentence *sentence);

/** Does a sentence that begins with "let us" say the opposite of what it means: "By all means, let us bomb another village"? */
bool dtn_read_is_ironic(const dtn_rules *rules, const dtn_words_known *known, const dtn_parsed *doc,
                        uint32_t sentence);
/** Is the act, of whatever advice, one that nobody advises in earnest: "starve the other half of the town"? */
bool dtn_read_is_absurd(const dtn_rules *rules, const dtn_words_known *known,
                        const dtn_sentence *sentence, uint32_t act);

/** The least probability of matches of rules with `set rate`, constructions that are seldom anything else and that the
 *  re-ranker was not learned with. */
double dtn_read_rate(const dtn_rule *rule);
/** Share of aims that annotators marked as the purpose of that act: 28 of 56, of BECauSE (21 of 49) and the
 *  project's own development sets (7 of 7). The re-ranker's probability holds where it is larger. */
#define DTN_AIM_RATE 0.5
/** The probability of "after X, Y" between two concepts of a case, unless the re-ranker is sure that it is no claim: 5 of 5
 *  on the development sets, drawn towards those of other guesses. */
#define DTN_SEQUEL_RATE 0.6
#define DTN_SEQUEL_LEAST 0.1
#define DTN_TAKEN_LEAST \
    0.3 /* of "they increase them", which is a claim where both stand for concepts */
/** Is the claim a manner of speech, a person's deed or a price, as the sentence's matches of rules of kind "idle" say, or
 *  of words that a semicolon parts? */
bool dtn_read_is_idle(const dtn_rules *rules, const dtn_sentence *sentence,
                      const dtn_matches *found, const dtn_claim *claim);
/** Is what a purpose's rule found an aim of somebody's act, and not what a verb, noun or adjective is
 *  about ("urged them to leave", "time to leave")? */
bool dtn_read_is_aim(const dtn_rules *rules, const dtn_words_known *known,
                     const dtn_sentence *sentence, const dtn_claim *claim);

/** What a pronoun or "the group" stands for: its sentence and head word (DTN_NO_WORD: the whole
 *  sentence). False: nothing found, or the word needs nothing. */
bool dtn_read_antecedent(const dtn_rules *rules, const dtn_words_known *known,
                         const dtn_parsed *doc, uint32_t sentence, uint32_t word,
                         uint32_t *to_sentence, uint32_t *to_word);

/** What "that" stands for in "..., and that limits them": the clause before of the same sentence; DTN_NO_WORD: none. */
uint32_t dtn_read_clause_before(const dtn_sentence *sentence, uint32_t word);
/** What an end of a claim takes up: that of pronouns, "both", "the withdrawal" for what a verb told, "that decision"
 *  for the sentence before. `other`: head of the claim's other end, which it does not stand for. */
bool dtn_read_reference(const dtn_rules *rules, const dtn_words_known *known, const dtn_parsed *doc,
                        uint32_t sentence, uint32_t head, uint32_t other, dtn_reference *out);

/** Does the word stand in a part that the sentence sets aside: "X, not Y", "rather than Y", "less from Y than"? */
bool dtn_read_set_aside(const dtn_sentence *sentence, uint32_t word);
/** The same of "less from X than from Y", of X and of the "less". */
bool dtn_read_is_outweighed(const dtn_sentence *sentence, uint32_t word);
/** Where "less from [X than] from Y" or "more from [X than] from Y" goes on with "than", behind `word` in X; DTN_NO_WORD. */
uint32_t dtn_read_weighed_end(const dtn_sentence *sentence, uint32_t word);
/** Is it said to be missing from what `head` names: "a truce without monitors"? */
bool dtn_read_is_missing(const dtn_sentence *sentence, uint32_t word, uint32_t head);

/* ---- Small helpers ---- */

/** Nearest ancestor-or-self of `word` that is a clause's head (a verb, or what has a subject). */
uint32_t dtn_read_clause(const dtn_rules *rules, const dtn_sentence *sentence, uint32_t word);
/** Text of words [begin, end) with single blanks, from the document. */
char *dtn_read_text(dtn_arena *arena, const dtn_parsed *doc, const dtn_sentence *sentence,
                    dtn_span words);

#endif
