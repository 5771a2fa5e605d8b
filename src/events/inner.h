/** What the parts of src/events share. */
#ifndef DTN_EVENTS_INNER_H
#define DTN_EVENTS_INNER_H

#include "events/events.h"
#include "store/weights.h"

/* ---- The files (words.c) ---- */

typedef enum dtn_actor_kind {
    DTN_ACTOR_STATE,
    DTN_ACTOR_ADJECTIVE,
    DTN_ACTOR_SEAT,
    DTN_ACTOR_ORGANISATION,
    DTN_ACTOR_GROUP,
    DTN_ACTOR_SECTOR,
    DTN_ACTOR_REGION
} dtn_actor_kind;

typedef struct dtn_actor_name {
    const char *code;
    dtn_actor_kind kind;
    int64_t from, until; /* days; [from, until) */
    uint32_t next;       /* another meaning of the same name; DTN_MAP_NONE */
} dtn_actor_name;

typedef struct dtn_event_sense {
    const char *type, *mode, *cameo;
    const char *to; /* "|on|against|" */
    bool kills;
} dtn_event_sense;

/** What a word makes of the event below it. */
typedef enum dtn_embedding {
    DTN_PASSES,            /* says it: the value stays, whatever becomes of the saying */
    DTN_REAL_AS,           /* is real as far as the word itself is: begin, launch, take place */
    DTN_TOLD,              /* the same, and somebody says so: a report, a claim */
    DTN_UNDOES,            /* deny, prevent, fail, cancel */
    DTN_OPENS,             /* demand, plan, threaten */
    DTN_DREADS,            /* fear, expect: open, unless it is known already ("the attack") */
    DTN_COMES,             /* scheduled: to come */
    DTN_DOUBTS,            /* doubt, rumour: open; "no doubt that": fact */
    DTN_KNOWN,             /* regret, condemn: fact */
    DTN_ENDS,              /* stop, halt: it goes on until then, and on, if it is not stopped */
    DTN_SAYS_HYPOTHETICAL, /* attributes: "feared", "planned", "alleged" */
    DTN_SAYS_FUTURE,
    DTN_SAYS_REPORTED,
    DTN_NAMED, /* of a class of classes.tsv */
    DTN_UNKNOWN
} dtn_embedding;

/** "It be not true that": what it makes of what follows. Lemmas or forms, parted by blanks. */
typedef struct dtn_event_phrase {
    const char *words;
    dtn_embedding what;
} dtn_event_phrase;

#define DTN_MAX_NAME_WORDS 6 /* of an actor's name */

struct dtn_event_words {
    dtn_arena *arena;
    dtn_map names; /* key -> index into actors */
    dtn_map
        begins; /* what a name's key begins with, up to a blank, with and without it, and the whole */
    dtn_actor_name *actors;
    size_t n_actor, cap_actor;
    dtn_map triggers; /* "v:kill", "v:open fire", "n:air strike" -> index into senses */
    dtn_event_sense *senses;
    size_t n_sense, cap_sense;
    dtn_map embeddings; /* "verb:deny" -> dtn_embedding */
    uint64_t hash_embeddings;
    dtn_event_phrase *phrases;
    size_t n_phrase, cap_phrase;
    dtn_weights *weights; /* of who does it to whom; NULL: the grammar alone decides */
    char hash[33];
};

/** Longest name that begins at word i and is valid on `day`; NULL: none. Names in capitals are
 *  found in capitals only, others where the text begins them with a capital, sectors always. */
const dtn_actor_name *dtn_actor_match(const dtn_event_words *ew, const dtn_word *words, uint32_t n,
                                      uint32_t i, int64_t day, uint32_t *n_matched);

/** Does classes.tsv or modality.tsv have the word (a lemma or form) in this class? */
bool dtn_event_class_has(const dtn_event_words *ew, const char *class_name, const char *word);

/* ---- Actors (actors.c) ---- */

typedef struct dtn_actor {
    char state[8], sector[8], other[DTN_MAX_ACTOR_TEXT]; /* other: a whole code */
    bool is_seat;
} dtn_actor;

/** The actor that the phrase around `head` names; false: none. */
bool dtn_actor_of(const dtn_event_words *ew, const dtn_word *words, uint32_t n, uint32_t head,
                  int64_t day, dtn_actor *out);
/** "Northland's Free Men": a group's own name that a state possesses? Where no file has it, it is nobody known, not the state. */
bool dtn_actor_is_unknown(const dtn_word *words, uint32_t n, uint32_t head);
/** "MIL", "CIV": a kind of people, of no state that is said? */
bool dtn_is_bare_sector(const char *code);
/** Its code; "" if it has none. */
void dtn_actor_code(const dtn_actor *actor, char out[DTN_MAX_ACTOR_TEXT]);
/** The codes of `head` and what is joined to it by "and", parted by ';'. */
bool dtn_actor_list(const dtn_event_words *ew, const dtn_word *words, uint32_t n, uint32_t head,
                    int64_t day, char out[DTN_MAX_ACTOR_TEXT]);

/* ---- Numbers (count.c), deaths (toll.c) and dates (when.c) ---- */

/** Is the word a number or part of one: "23", "dozen", "several"? */
bool dtn_is_number(const dtn_word *w);
/** "Percent", "kilometre", "year": counted, but nobody? */
bool dtn_is_measure(const dtn_word *w);
/** "[Two hundred] and thirty-one people": the noun that a number counts, whatever the tree makes of it; `head`
 *  itself where that is no number or counts nothing. */
uint32_t dtn_counted_noun(const dtn_word *words, uint32_t n, uint32_t head);
/** A count before the noun, or of the number, at word `head`, with the words that bound it ("at least", "dozens of").
 *  false: none. *min, *max: NaN where open. */
bool dtn_count_of(const dtn_word *words, uint32_t n, uint32_t head, double *min, double *max);
/** People killed in the clause of `trigger`; *victims: the word for them. */
bool dtn_toll_of(const dtn_event_words *ew, const dtn_word *words, uint32_t n, uint32_t trigger,
                 int64_t day, dtn_toll *out, uint32_t *victims);

/** The first date in words [first, last]; false: none. `date` as in dtn_event, "" if it cannot be
 *  resolved; *at, *to: its words. */
bool dtn_date_in(const dtn_word *words, uint32_t first, uint32_t last, int64_t document_day,
                 char date[22], uint32_t *at, uint32_t *to);

/** Of what a date is told with: "killed in December" was, "will meet on Monday" is to be. */
typedef enum dtn_tense { DTN_NO_TENSE, DTN_IS_PAST, DTN_IS_TO_COME } dtn_tense;

/** The last day that the sentence tells of, `told` (DTN_NO_DAY: none) where it tells of none: what "the next day" of
 *  the words after it is counted from. Days when somebody said something are not told of. */
int64_t dtn_date_told(const dtn_word *words, uint32_t n, int64_t told, int64_t document_day);

/** The date of what `trigger` names: the nearest in its clause, not that of somebody's saying so. `told`: the day that the sentences
 *  before told of last. */
bool dtn_date_of(const dtn_word *words, uint32_t n, uint32_t trigger, dtn_tense tense, int64_t told,
                 int64_t document_day, char date[22], uint32_t *at, uint32_t *to);

/** "Five years after the massacre", "the tenth anniversary of the bombing", "the bombing ten years ago": the year or month of
 *  what the noun tells of; false: no such words. */
bool dtn_date_remembered(const dtn_word *words, uint32_t n, uint32_t noun, int64_t document_day,
                         char date[22]);

/* ---- One sentence at work (events.c, roles.c) ---- */

typedef struct dtn_event_candidate dtn_event_candidate;

typedef struct dtn_event_finder {
    const dtn_event_words *ew;
    const dtn_word *words;
    uint32_t n, sentence;
    int64_t day;
    dtn_arena *arena;
    dtn_event *events;
    size_t n_event, cap_event;
    size_t first_here;     /* of this sentence */
    dtn_event_memory last; /* its recent events: of the part before, .sentence as they count here */
    dtn_event_candidate *candidates; /* of this sentence */
    size_t n_candidate;
    dtn_event_trace trace; /* NULL: nobody looks */
    void *trace_ctx;
} dtn_event_finder;

/** The actor of a word: a pronoun's is the last one that fits. */
bool dtn_event_actor_at(const dtn_event_finder *f, uint32_t i, char out[DTN_MAX_ACTOR_TEXT]);
bool dtn_event_is_passive(const dtn_event_finder *f, uint32_t i);

/** All that could act in the sentence. Call before the next one. */
void dtn_roles_candidates(dtn_event_finder *f);
/** Puts the likeliest source and target in place of what the grammar found, and sets the event's
 *  probability. Without weights the grammar's stay, and probabilities are fixed rates. */
void dtn_roles_choose(const dtn_event_finder *f, dtn_event *e);
/** "Northland's jets struck two camps, the army said": a bare sector that speaks is of the state whose sector
 *  the sentence names, if there is one alone. */
void dtn_roles_own_speaker(const dtn_event_finder *f, char speaker[DTN_MAX_ACTOR_TEXT]);
/** Is the noun what somebody fears, condemns, refuses ...: the subject of the verb above did not do it? */
bool dtn_event_is_of_others(const dtn_event_finder *f, uint32_t noun);
/** The word that stands as subject of a verb, from the clause above where it has none. */
uint32_t dtn_event_subject(const dtn_event_finder *f, uint32_t i);
/** Has the word a child with one of the lemmas, as auxiliary, adverb, mark, determiner or by one of
 *  the `relations`? */
bool dtn_event_has_child(const dtn_event_finder *f, uint32_t i, const char *relations,
                         const char *lemmas);
/** "Accused the rebels of shelling two villages", "jailed two men for shelling them": the word for who is said to have done what verb i
 *  tells, with the verb above it; DTN_NO_WORD: nothing of the kind. */
uint32_t dtn_event_accused(const dtn_event_finder *f, uint32_t i, uint32_t *accuse);
/** Who says so: the subject of a reporting verb above, or "according to". */
bool dtn_event_speaker(const dtn_event_finder *f, uint32_t i, char out[DTN_MAX_ACTOR_TEXT]);
dtn_modality dtn_event_modality(const dtn_event_finder *f, uint32_t trigger, bool has_speaker);
/** "The raids will end in May": does a verb in the future end what the noun at word `trigger` names? */
bool dtn_event_is_to_end(const dtn_event_finder *f, uint32_t trigger);
/** The value with what the sentence says of the whole clause: "it is not true that", "the claim that ... is a lie" (frame.c). */
dtn_modality dtn_event_framed(const dtn_event_finder *f, uint32_t trigger, dtn_modality m);
/** Is the word a participle by its tree, but what the verb right before it stops, begins, denies: "stopped
 *  shelling villages"? */
bool dtn_event_is_gerund(const dtn_event_finder *f, uint32_t i);
/** Has the word one of the prepositions "in|at"? */
bool dtn_event_has_marker(const dtn_event_finder *f, uint32_t i, const char *list);
/** "Clashes between soldiers and rebels": the two, whatever the tree makes of the second. */
bool dtn_event_between(const dtn_event_finder *f, uint32_t i, uint32_t *one, uint32_t *other);
/** Makes one event of what a sentence's words tell of one, and parts the dead among them (merge.c). */
void dtn_events_merge(dtn_event_finder *f);
/** "The raid", "the attack that morning": what an event told in the sentences before says of date, place and
 *  actors is said of the one that takes it up (again.c). */
void dtn_events_take_up(const dtn_event_finder *f, dtn_event *e);
/** "The rebels said that 20 soldiers were killed": nothing but who died, by nobody and on no day: of an event just told, or a
 *  figure beside that of another speaker. */
void dtn_events_take_up_death(const dtn_event_finder *f, dtn_event *e);
/** May two modes be told of one event? A bomb and "the bombing" may; a mode that is not said ("") may be any. */
bool dtn_event_modes_agree(const char *a, const char *b);
/** Sets the bytes of an event whose words are known. */
void dtn_event_set_bytes(const dtn_event_finder *f, dtn_event *e);
/** "Officials put the toll at 15": the dead of an event told before, as an event of this sentence. */
void dtn_events_toll_again(dtn_event_finder *f);
/** "Sixty people have died. A bomb exploded in the market.": gives an event of this sentence the dead that the one before told of
 *  alone. Call before dtn_events_toll_again, which keeps these. */
void dtn_events_take_dead(dtn_event_finder *f);
/** What is told so far, for the sentences of the next part. */
void dtn_events_remember(const dtn_event_finder *f, uint32_t n_sentence, dtn_event_memory *out);
/** The same, by the words of the finder. */
bool dtn_event_is_word_of(const dtn_event_finder *f, const char *class_name, const char *word);
/** "The strike by Northland that killed ten": the strike, of word i, "killed"; DTN_NO_WORD: no such clause. */
uint32_t dtn_event_antecedent(const dtn_event_finder *f, uint32_t i);
/** Is it no violence by anybody: "floods kill 900", "beat them by 39 runs"? */
bool dtn_event_is_nobodys(const dtn_event_finder *f, uint32_t i);
/** What word i means by events.tsv, before it is asked whether that is meant here; NULL: nothing. Borrowed. */
const dtn_event_sense *dtn_event_sense_of(const dtn_event_finder *f, uint32_t i);
/** "Floods", "a house fire", "a swarm of bees": is the noun what kills without anybody's doing? (mishap.c) */
bool dtn_event_is_deedless(const dtn_event_finder *f, uint32_t i);
/** "The dam burst, killing 60", "nine were killed when the shaft caved in", and dead right behind a disaster: of verb i. */
bool dtn_event_is_in_mishap(const dtn_event_finder *f, uint32_t i);
/** Of a sense of RETREAT, or of "relax": is it done between sides, as "lifted the blockade" is and "the museum reopened" is not? (yield.c) */
bool dtn_event_is_yielding(const dtn_event_finder *f, uint32_t i, const dtn_event_sense *sense);
/** "Lifted the [ban]": is the noun what is taken back? *by: in which sense. */
bool dtn_event_is_lifted(const dtn_event_finder *f, uint32_t i, const dtn_event_sense **by);
/** "The [deal] collapsed", "fell through": is it no longer, or never was? */
bool dtn_event_is_undone(const dtn_event_finder *f, uint32_t i);
/** Does a word of the sentence, `but` for one, tell of a blow, a weapon or somebody armed? */
bool dtn_event_has_blow(const dtn_event_finder *f, uint32_t but);
/** Keeps in mind that a sentence told of a disaster, and no violence: -> f->last. Call after its events. */
void dtn_event_note_disaster(dtn_event_finder *f);
/** "Critics attacked the plan": with words? */
bool dtn_event_is_criticism(const dtn_event_finder *f, uint32_t i);
/** "Distrust feeds the insurgency": is nobody given anything? */
bool dtn_event_is_figure(const dtn_event_finder *f, uint32_t i);
/** "Fired two cooks", "inflation hit 9 percent", "fight poverty", "raids dropped by a third": is nothing done to anybody that the
 *  sense says? (figure.c) */
bool dtn_event_is_figurative(const dtn_event_finder *f, uint32_t i, const dtn_event_sense *sense);
/** "Directors of military [operations]", "fought side by side": is nothing told by the noun, the verb? (idle.c) */
bool dtn_event_is_of_office(const dtn_event_finder *f, uint32_t noun);
bool dtn_event_is_side_by_side(const dtn_event_finder *f, uint32_t verb);
/** "Strike only when ...", steps of a proposal, "learns of an operation", "which shot had they fired?": is it named, and not said that it
 *  happened? */
bool dtn_event_is_only_named(const dtn_event_finder *f, uint32_t trigger);
/** "Hit the website": of machines only? */
bool dtn_event_is_intrusion(const dtn_event_finder *f, uint32_t i);
/** "[Hospital] strike kills 20": is the noun at word i what was struck? */
bool dtn_event_is_struck(const dtn_event_finder *f, uint32_t i);
/** "Nurses strike over pay", "the strike" where workers' strikes are what the document speaks of: of the noun or verb at word i, or the
 *  object of the verb ("called a strike"), do they stop work? (labour.c) */
bool dtn_event_is_labour(const dtn_event_finder *f, uint32_t i);
/** "The drivers walked out": from work, not from talks? */
bool dtn_event_is_walkout(const dtn_event_finder *f, uint32_t i);
/** What the sentence says of strikes, for a bare "the strike" to come: -> f->last.strikes. Call before its events. */
void dtn_event_note_strikes(dtn_event_finder *f);
/** "[Tamar] blast kills 4": is the name at word i where it happened, not whose doing it was? */
bool dtn_event_is_where(const dtn_event_finder *f, uint32_t i);
/** "A mine left over from the war": of a weapon that whoever laid it does no longer kill by? */
bool dtn_event_is_remnant(const dtn_event_finder *f, uint32_t noun);
/** "12 dead in airstrike - army": is the noun at word i who says a headline? */
bool dtn_event_is_headline_teller(const dtn_event_finder *f, uint32_t i);
/** "They never bombed it, the minister insisted": says so, asks for nothing? */
bool dtn_event_only_insists(const dtn_event_finder *f, uint32_t i);
/** Is the verb one that says something? */
bool dtn_event_is_saying(const dtn_word *w);

/* ---- Walking a tree ---- */

#define DTN_EVENTS_BACK 3   /* sentences that "the raid", and dead by themselves, look back over */
#define DTN_EVENT_STEPS 100 /* up a tree: deeper ones are broken */

/** Is the relation `name`, with any subtype? */
bool dtn_is_rel(const dtn_word *w, const char *name);
/** The first child by one of the relations in "nsubj|csubj"; DTN_NO_WORD. */
uint32_t dtn_child(const dtn_word *words, uint32_t head, const char *relations);
/** Does "and" or "or" stand before the phrase at word i? */
bool dtn_is_after_and(const dtn_word *words, uint32_t i);
#define DTN_MAX_MEMBERS 12
/** The heads of what is joined to the phrase at `head`, itself first, whatever the tree makes of a list: "a man,
 *  his wife and three children were killed". At most DTN_MAX_MEMBERS. */
size_t dtn_members(const dtn_word *words, uint32_t n, uint32_t head, uint32_t out[DTN_MAX_MEMBERS]);
/** Is `text` one of the words in "a|b|c"? */
bool dtn_one_of(const char *text, const char *list);

#endif
