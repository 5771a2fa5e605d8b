/* Trees mended by word order: which verb a clause hangs on, and verbs taken for nouns beside another verb.
 *
 * A newspaper's sentence often tells an event and who says so, and the parser, trained on other texts, hangs
 * the one on the wrong word of the other. Patterns that leave no doubt are put right:
 *   - auxiliaries have no arguments, their verbs have;
 *   - "the report that villages were shelled was rejected": the last verb is the report's;
 *   - "nine civilians, among them three children, were killed": the nine are the verb's, the three belong to them;
 *   - "jets struck two camps, the army said": "struck" is no participle of the army's; what stands before
 *     the clause ("On Monday, ...") is the clause's;
 *   - "the police accused rebels of arson": the only verb, no participle either;
 *   - "denied that fighters died and said nine were killed": who denies goes on to say;
 *   - "mediation fails to build trust": a verb, with a noun in the singular before it;
 *   - "should stop the strikes and resume talks": a second act beside the first;
 *   - "both moves angered students": a verb, as it has a subject; "that cost traders their savings";
 *   - "has soured relations": a perfect, no sour relations;
 *   - "urged both sides to resume talks": what is urged; "did little to curb raids": little of curbing;
 *   - "would lower prices": a verb, as it has an object and follows "would";
 *   - "sapped discipline, and desertions followed": a second clause, no second object.
 */
#include "tree/inner.h"

#include <string.h>

#define MAX_INSERT 10 /* words between the commas of "among them ..." */

static bool is_in(const char *text, const char *const *list)
{
    while (*list && strcmp(text, *list) != 0)
        list++;
    return *list != NULL;
}

static bool has_form(const dtn_sentence *s, uint32_t i, const char *form)
{
    return i < s->n && strcmp(s->words[i].form, form) == 0;
}

/* Is `word` at or below `above`? */
static bool is_below(const dtn_sentence *s, uint32_t word, uint32_t above)
{
    for (uint32_t steps = 0; word != DTN_NO_WORD && steps < s->n; steps++) {
        if (word == above)
            return true;
        word = s->words[word].head;
    }
    return false;
}

/* The child of `head` by `relation` in words [begin, end) that stands last; DTN_NO_WORD: none. */
static uint32_t last_child(const dtn_sentence *s, uint32_t head, const char *relation,
                           uint32_t begin, uint32_t end)
{
    for (uint32_t i = end; i-- > begin;)
        if (s->words[i].head == head && dtn_word_hangs(&s->words[i], relation))
            return i;
    return DTN_NO_WORD;
}

static bool is_saying(const dtn_rules *rules, const dtn_mend_words *known, const dtn_word *w)
{
    return w->tag == DTN_TAG_VERB && dtn_lexicon_get(rules, known->report, w) != NULL;
}

/* ---- Auxiliaries ---- */

/* What hangs on an auxiliary is its verb's. */
static bool mend_auxiliaries(dtn_sentence *s)
{
    bool done = false;
    for (uint32_t i = 0; i < s->n; i++) {
        const uint32_t above = s->words[i].head;
        const uint32_t verb = above < s->n ? s->words[above].head : DTN_NO_WORD;
        if (verb == DTN_NO_WORD || verb == i || !dtn_word_hangs(&s->words[above], "aux") ||
            !(dtn_word_hangs(&s->words[i], "nsubj") || dtn_word_hangs(&s->words[i], "obj") ||
              dtn_word_hangs(&s->words[i], "mark")) ||
            is_below(s, verb, i))
            continue;
        s->words[i].head = verb;
        done = true;
    }
    return done;
}

/* ---- "The accusation that the army shelled villages was rejected" ---- */

/* The verb behind the clause that begins with "that" at word `that`: it has an auxiliary and no subject; DTN_NO_WORD. */
static uint32_t verb_of_noun(const dtn_sentence *s, uint32_t noun, uint32_t that)
{
    const uint32_t verb = s->words[that].head;
    if (verb >= s->n || s->words[verb].head != noun || verb < that ||
        last_child(s, verb, "nsubj", 0, verb) != DTN_NO_WORD ||
        last_child(s, verb, "aux", that, verb) == DTN_NO_WORD)
        return DTN_NO_WORD;
    return verb;
}

static bool mend_told_noun(dtn_sentence *s)
{
    uint32_t noun = 0;
    while (noun < s->n && s->words[noun].head != DTN_NO_WORD)
        noun++;
    const uint32_t that = noun + 1;
    if (that + 3 >= s->n || s->words[noun].tag != DTN_TAG_NOUN || !has_form(s, that, "that") ||
        !dtn_word_hangs(&s->words[that], "mark"))
        return false;
    const uint32_t verb = verb_of_noun(s, noun, that);
    const uint32_t clause =
        verb == DTN_NO_WORD ? DTN_NO_WORD : last_child(s, noun, "acl", that, verb);
    if (clause == DTN_NO_WORD || s->words[clause].tag != DTN_TAG_VERB)
        return false;
    const bool is_passive = last_child(s, verb, "aux:pass", that, verb) != DTN_NO_WORD;
    dtn_word_hang(s, that, clause, "mark");
    dtn_word_hang(s, clause, noun, "acl");
    dtn_word_hang(s, verb, DTN_NO_WORD, "root");
    dtn_word_hang(s, noun, verb, is_passive ? "nsubj:pass" : "nsubj");
    for (uint32_t i = verb + 1; i < s->n; i++)
        if (s->words[i].head == noun)
            s->words[i].head = verb;
    return true;
}

/* ---- "NP, among them NP, was killed" ---- */

/* Does the part between commas that begins here say who is among those before: "among them", "including", "two of
 * them"? */
static bool begins_insert(const dtn_sentence *s, uint32_t i)
{
    const bool is_among = has_form(s, i, "among") || has_form(s, i, "of");
    return has_form(s, i, "including") ||
           ((is_among || has_form(s, i + 1, "of")) &&
            (has_form(s, i + 1 + !is_among, "them") || has_form(s, i + 1 + !is_among, "whom")));
}

/* The verb right behind a comma, after auxiliaries and adverbs; DTN_NO_WORD: none. */
static uint32_t verb_after(const dtn_sentence *s, uint32_t comma, bool *is_passive)
{
    *is_passive = false;
    for (uint32_t i = comma + 1; i < s->n && i < comma + 6; i++) {
        const dtn_word *w = &s->words[i];
        if (w->tag == DTN_TAG_VERB)
            return strcmp(w->xtag, "VBG") == 0 && i == comma + 1 ? DTN_NO_WORD : i;
        if (w->tag != DTN_TAG_AUX && w->tag != DTN_TAG_ADV && w->tag != DTN_TAG_PART)
            return DTN_NO_WORD;
        *is_passive |= dtn_word_is(w, "be");
    }
    return DTN_NO_WORD;
}

/* The head of the noun phrase that ends before the comma. */
static uint32_t phrase_before(const dtn_sentence *s, uint32_t comma)
{
    uint32_t i = comma - 1;
    for (uint32_t steps = 0; steps < comma && s->words[i].head < i; steps++) {
        if (!dtn_word_hangs(&s->words[i], "nmod") && !dtn_word_hangs(&s->words[i], "flat"))
            break;
        i = s->words[i].head;
    }
    return i;
}

/* The comma or full stop that ends a part of a few words without a verb; 0: it goes on. */
static uint32_t end_of_insert(const dtn_sentence *s, uint32_t comma)
{
    for (uint32_t i = comma + 3; i < s->n && i < comma + MAX_INSERT; i++) {
        if (has_form(s, i, ",") || i + 1 == s->n)
            return i;
        if (s->words[i].tag == DTN_TAG_VERB || s->words[i].tag == DTN_TAG_AUX)
            return 0;
    }
    return 0;
}

/* What hangs on words outside of the part hangs on whom it is about. */
static void hang_insert(dtn_sentence *s, uint32_t who, uint32_t comma, uint32_t close)
{
    for (uint32_t i = comma; i <= close; i++) {
        const uint32_t head = s->words[i].head;
        if (head < comma || head > close) /* DTN_NO_WORD, too */
            dtn_word_hang(s, i, who, s->words[i].tag == DTN_TAG_PUNCT ? "punct" : "nmod");
    }
}

static bool mend_insert(const dtn_rules *rules, const dtn_mend_words *known, dtn_sentence *s,
                        uint32_t comma)
{
    const uint32_t close = end_of_insert(s, comma), who = phrase_before(s, comma);
    bool is_passive = false;
    if (!close || !dtn_tree_is_nominal(&s->words[who]) || s->words[who].head == DTN_NO_WORD ||
        (s->words[who].head > comma && s->words[who].head <= close))
        return false;
    const uint32_t verb = verb_after(s, close, &is_passive);
    if (verb == DTN_NO_WORD) {
        hang_insert(s, who, comma, close - 1);
        return true;
    }
    const uint32_t teller = s->words[who].head;
    const bool is_object =
        teller < who &&
        (dtn_word_hangs(&s->words[who], "obj") || dtn_word_hangs(&s->words[who], "iobj")) &&
        is_saying(rules, known, &s->words[teller]) && !is_below(s, teller, verb);
    if (teller != verb && !is_object)
        return false;
    if (is_object) {
        dtn_word_hang(s, verb, teller, "ccomp");
        dtn_word_hang(s, who, verb, is_passive ? "nsubj:pass" : "nsubj");
    }
    hang_insert(s, who, comma, close);
    return true;
}

static bool mend_inserts(const dtn_rules *rules, const dtn_mend_words *known, dtn_sentence *s)
{
    bool done = false;
    for (uint32_t i = 1; i + 4 < s->n; i++)
        if (has_form(s, i, ",") && begins_insert(s, i + 1))
            done |= mend_insert(rules, known, s, i);
    return done;
}

/* ---- "Jets struck two camps, the army said" ---- */

/* The comma before the subject of a verb of saying that ends the sentence: nothing but a noun phrase between;
 * 0: none. */
static uint32_t comma_before_teller(const dtn_sentence *s, uint32_t said)
{
    uint32_t i = said;
    bool has_noun = false;
    while (i-- > 3) {
        const dtn_word *w = &s->words[i];
        if (has_form(s, i, ","))
            return has_noun ? i : 0;
        has_noun |= dtn_tree_is_nominal(w);
        if (w->tag == DTN_TAG_VERB || w->tag == DTN_TAG_AUX || w->tag == DTN_TAG_PUNCT ||
            w->tag == DTN_TAG_SCONJ || w->tag == DTN_TAG_CCONJ)
            return 0;
    }
    return 0;
}

/* Does the verb say nothing after it: "said on Sunday", but not "said that"? */
static bool ends_sentence(const dtn_sentence *s, uint32_t said)
{
    for (uint32_t i = said + 1; i < s->n; i++)
        if (s->words[i].tag == DTN_TAG_VERB || s->words[i].tag == DTN_TAG_AUX ||
            (s->words[i].head == said && dtn_word_hangs(&s->words[i], "obj")))
            return false;
    return true;
}

/* The verb of the clause before the comma: what hangs on the saying already, or, with its subject, the
 * "participle" of a noun that the parser gave to the saying as a subject. */
static uint32_t verb_told(dtn_sentence *s, uint32_t said, uint32_t comma)
{
    const uint32_t clause = last_child(s, said, "ccomp", 0, comma);
    if (clause != DTN_NO_WORD) /* of two the parser was not sure */
        return last_child(s, said, "ccomp", 0, clause) == DTN_NO_WORD ? clause : DTN_NO_WORD;
    const uint32_t subject = last_child(s, said, "nsubj", 0, comma);
    const uint32_t verb =
        subject == DTN_NO_WORD ? DTN_NO_WORD : last_child(s, subject, "acl", subject + 1, comma);
    if (verb == DTN_NO_WORD || strcmp(s->words[verb].relation, "acl") != 0 ||
        (strcmp(s->words[verb].xtag, "VBN") != 0 && strcmp(s->words[verb].xtag, "VBD") != 0) ||
        last_child(s, verb, "aux", subject, verb) != DTN_NO_WORD)
        return DTN_NO_WORD;
    s->words[verb].xtag = "VBD";
    dtn_word_hang(s, verb, said, "ccomp");
    dtn_word_hang(s, subject, verb, "nsubj");
    return verb;
}

static bool mend_told(const dtn_rules *rules, const dtn_mend_words *known, dtn_sentence *s)
{
    uint32_t said = 0;
    while (said < s->n && s->words[said].head != DTN_NO_WORD)
        said++;
    if (said >= s->n || !is_saying(rules, known, &s->words[said]) || !ends_sentence(s, said))
        return false;
    const uint32_t comma = comma_before_teller(s, said);
    const uint32_t verb = comma ? verb_told(s, said, comma) : DTN_NO_WORD;
    if (verb == DTN_NO_WORD)
        return false;
    for (uint32_t i = 0; i < comma; i++)
        if (i != verb && s->words[i].head == said)
            s->words[i].head = verb;
    return true;
}

/* ---- "The police accused rebels" ---- */

/* A sentence whose only verb is a "participle" with an object of its own, right behind its noun: that is its verb. */
static bool mend_only_verb(dtn_sentence *s)
{
    uint32_t root = 0;
    while (root < s->n && s->words[root].head != DTN_NO_WORD)
        root++;
    const uint32_t verb = root + 1;
    if (verb + 1 >= s->n || !dtn_tree_is_nominal(&s->words[root]) || s->words[verb].head != root ||
        strcmp(s->words[verb].relation, "acl") != 0 || strcmp(s->words[verb].xtag, "VBN") != 0 ||
        last_child(s, verb, "obj", verb + 1, s->n) == DTN_NO_WORD || !has_form(s, s->n - 1, "."))
        return false;
    for (uint32_t i = 0; i < s->n; i++) {
        const dtn_word *w = &s->words[i];
        if (w->tag == DTN_TAG_AUX || strcmp(w->xtag, "VBD") == 0 || strcmp(w->xtag, "VBZ") == 0 ||
            strcmp(w->xtag, "VBP") == 0)
            return false;
    }
    for (uint32_t i = verb + 1; i < s->n; i++)
        if (s->words[i].head == root)
            s->words[i].head = verb;
    s->words[verb].xtag = "VBD";
    dtn_word_hang(s, verb, DTN_NO_WORD, "root");
    dtn_word_hang(s, root, verb, "nsubj");
    return true;
}

/* ---- "Denied that fighters died and said ..." ---- */

/* A verb that the lemmatiser does not know. */
static bool mend_denies(dtn_sentence *s)
{
    bool done = false;
    for (uint32_t i = 0; i < s->n; i++)
        if (s->words[i].tag == DTN_TAG_VERB && has_form(s, i, "denies") &&
            !dtn_word_is(&s->words[i], "deny")) {
            s->words[i].lemma = "deny";
            s->words[i].xtag = "VBZ";
            done = true;
        }
    return done;
}

static const char *const denials[] = {"deny", "reject", "dismiss", "refute", "dispute", NULL};

/* Is the word said of those who died or were killed, who say nothing more? */
static bool is_death(const dtn_sentence *s, uint32_t verb)
{
    static const char *const ways[] = {"die", "perish", NULL};
    return is_in(s->words[verb].lemma, ways) ||
           last_child(s, verb, "nsubj:pass", 0, verb) != DTN_NO_WORD ||
           last_child(s, verb, "aux:pass", 0, verb) != DTN_NO_WORD;
}

/* "Denied ... and accused": a past participle by its tag may be a past tense. */
static bool is_same_tense(const dtn_sentence *s, uint32_t verb, uint32_t joined)
{
    const char *first = s->words[verb].xtag, *second = s->words[joined].xtag;
    return strcmp(first, second) == 0 || (strcmp(first, "VBD") == 0 && strcmp(second, "VBN") == 0 &&
                                          last_child(s, joined, "aux", 0, joined) == DTN_NO_WORD);
}

/* The verb of saying above the clause that `joined` hangs on, whose subject is who speaks on; DTN_NO_WORD. */
static uint32_t teller_above(const dtn_rules *rules, const dtn_mend_words *known,
                             const dtn_sentence *s, uint32_t joined)
{
    uint32_t i = s->words[joined].head;
    const bool is_mute = is_death(s, i);
    for (int steps = 0; steps < 4 && s->words[i].head < i; steps++) {
        const dtn_word *w = &s->words[i];
        const bool is_content = dtn_word_hangs(w, "ccomp") || dtn_word_hangs(w, "acl") ||
                                dtn_word_hangs(w, "obj") || dtn_word_hangs(w, "nmod") ||
                                dtn_word_hangs(w, "xcomp");
        if (!is_content)
            return DTN_NO_WORD;
        i = w->head;
        if (is_in(s->words[i].lemma, denials) || (is_mute && is_saying(rules, known, &s->words[i])))
            return is_same_tense(s, i, joined) ? i : DTN_NO_WORD;
    }
    return DTN_NO_WORD;
}

static bool mend_further_saying(const dtn_rules *rules, const dtn_mend_words *known,
                                dtn_sentence *s)
{
    bool done = false;
    for (uint32_t i = 3; i + 1 < s->n; i++) {
        const dtn_word *w = &s->words[i];
        if (!dtn_word_hangs(w, "conj") || w->head >= i || !is_saying(rules, known, w) ||
            !(has_form(s, i - 1, "and") || has_form(s, i - 1, "but")) ||
            last_child(s, i, "nsubj", 0, i) != DTN_NO_WORD)
            continue;
        const uint32_t teller = teller_above(rules, known, s, i);
        if (teller == DTN_NO_WORD)
            continue;
        dtn_word_hang(s, i, teller, "conj");
        done = true;
    }
    return done;
}

/* ---- "Mediation fails to build trust" ---- */

/* What hung on a noun that is a verb: the noun right before is its subject, with what stood before that. */
static void mend_subject(dtn_sentence *s, uint32_t verb)
{
    const uint32_t subject = verb - 1;
    for (uint32_t i = 0; i < subject; i++)
        if (s->words[i].head == verb && s->words[i].tag != DTN_TAG_PUNCT &&
            (dtn_word_hangs(&s->words[i], "det") || dtn_word_hangs(&s->words[i], "amod") ||
             dtn_word_hangs(&s->words[i], "compound") || dtn_word_hangs(&s->words[i], "nmod")))
            s->words[i].head = subject;
    dtn_word_hang(s, subject, verb, "nsubj");
}

static bool mend_failing(dtn_sentence *s)
{
    static const char *const forms[] = {"fails", "seeks", "tends", "refuses", NULL};
    for (uint32_t i = 1; i + 2 < s->n; i++) {
        dtn_word *w = &s->words[i], *deed = &s->words[i + 2];
        const bool is_root = w->head == DTN_NO_WORD;
        if (w->tag != DTN_TAG_NOUN || !is_in(w->form, forms) || !has_form(s, i + 1, "to") ||
            deed->tag != DTN_TAG_VERB || !dtn_tree_is_nominal(&s->words[i - 1]) ||
            s->words[i - 1].head != i || !(is_root || w->head == i + 2))
            continue;
        if (!is_root) {
            dtn_word_hang(s, i, deed->head, deed->relation);
            for (uint32_t k = 0; k < s->n; k++)
                if ((k < i || s->words[k].tag == DTN_TAG_PUNCT) && s->words[k].head == i + 2)
                    s->words[k].head = i;
        }
        w->tag = DTN_TAG_VERB;
        w->xtag = "VBZ";
        mend_subject(s, i);
        dtn_word_hang(s, i + 1, i + 2, "mark");
        s->words[i + 1].tag = DTN_TAG_PART;
        s->words[i + 1].xtag = "TO";
        dtn_word_hang(s, i + 2, i, "xcomp");
        deed->xtag = "VB";
        return true;
    }
    return false;
}

/* ---- "Should stop the strikes and resume talks" ---- */

/* Can the word go on in the form of a verb before it? "Forced" by its tag may be a participle, and a past tense. */
static bool is_form_of(const dtn_word *first, const dtn_word *further)
{
    if (strcmp(first->xtag, "VBD") == 0)
        return strcmp(further->xtag, "VBD") == 0 || strcmp(further->xtag, "VBN") == 0;
    if (strcmp(first->xtag, "VBP") == 0 || strcmp(first->xtag, "VB") == 0)
        return strcmp(further->xtag, "VB") == 0 || strcmp(further->xtag, "VBP") == 0 ||
               further->tag != DTN_TAG_VERB;
    return false;
}

/* The verb, of the same form as word i, that words [.., end) are the object of: "stop [the strikes]"; DTN_NO_WORD: none. */
static uint32_t act_before(const dtn_sentence *s, uint32_t end, uint32_t further)
{
    for (uint32_t i = end; i-- > 1;) {
        const dtn_word *w = &s->words[i];
        if (w->tag == DTN_TAG_VERB && is_form_of(w, &s->words[further]))
            return i + 1 < end ? i : DTN_NO_WORD;
        if (w->tag == DTN_TAG_VERB || w->tag == DTN_TAG_AUX || w->tag == DTN_TAG_PUNCT ||
            w->tag == DTN_TAG_SCONJ)
            return DTN_NO_WORD;
    }
    return DTN_NO_WORD;
}

/* The last noun of the phrase that words [begin, end) begin with, and where the phrase ends. */
static uint32_t object_in(const dtn_sentence *s, uint32_t begin, uint32_t end, uint32_t *after)
{
    uint32_t found = DTN_NO_WORD, i = begin;
    for (; i < end; i++) {
        const dtn_word *w = &s->words[i];
        if (w->tag == DTN_TAG_NOUN || w->tag == DTN_TAG_PROPN)
            found = i;
        else if (w->tag != DTN_TAG_DET && w->tag != DTN_TAG_ADJ && w->tag != DTN_TAG_NUM &&
                 !dtn_word_hangs(w, "nmod:poss"))
            break;
    }
    *after = i;
    return found;
}

/* The words of a phrase hang on its last noun, which hangs on the verb. */
static void make_object(dtn_sentence *s, uint32_t verb, uint32_t object, uint32_t begin,
                        uint32_t end)
{
    for (uint32_t i = begin; i < end; i++)
        if (i != object && (s->words[i].head < begin || s->words[i].head >= end))
            s->words[i].head = object;
    dtn_word_hang(s, object, verb, "obj");
}

/* "Forced schools [to shut]": what whom it acts on is made to do. */
static void make_complement(const dtn_rules *rules, const dtn_mend_words *known, dtn_sentence *s,
                            uint32_t verb, uint32_t object)
{
    const dtn_entry *entry = dtn_lexicon_get(rules, known->cause, &s->words[verb]);
    if (!entry ||
        (strcmp(entry->class_name, "force") != 0 && strcmp(entry->class_name, "enable") != 0))
        return;
    for (uint32_t i = object + 2; i < s->n; i++)
        if (s->words[i].head == object && dtn_word_hangs(&s->words[i], "acl") &&
            s->words[i].tag == DTN_TAG_VERB && dtn_word_is(&s->words[i - 1], "to"))
            dtn_word_hang(s, i, verb, "xcomp");
}

static bool mend_further_act(const dtn_rules *rules, const dtn_mend_words *known, dtn_sentence *s,
                             uint32_t i)
{
    uint32_t after = 0, end = 0;
    const uint32_t act = act_before(s, i - 1, i);
    const uint32_t object = object_in(s, i + 1, s->n, &after);
    if (act == DTN_NO_WORD || object == DTN_NO_WORD)
        return false;
    const uint32_t first = object_in(s, act + 1, i - 1, &end);
    if (first == DTN_NO_WORD || is_below(s, act, i))
        return false;
    if (s->words[i].tag != DTN_TAG_VERB)
        s->words[i].lemma = s->words[i].form;
    s->words[i].tag = DTN_TAG_VERB;
    s->words[i].xtag = s->words[act].xtag;
    make_object(s, act, first, act + 1, end);
    make_object(s, i, object, i + 1, after);
    make_complement(rules, known, s, i, object);
    dtn_word_hang(s, i, act, "conj");
    dtn_word_hang(s, i - 1, i, "cc");
    for (uint32_t k = after; k < s->n; k++) /* "talks [through Qatar]", "talks [with the rebels]" */
        if (s->words[k].head == first && !dtn_word_hangs(&s->words[k], "punct"))
            s->words[k].head = object;
    return true;
}

/* A word behind "and" that the tree knows for a verb and hangs before a noun: in the treebanks' training parts 41 of
 * 43 such words of the form of the verb before are a second one, "calendar and written language" the others. */
static bool is_second_verb(const dtn_sentence *s, uint32_t i)
{
    const dtn_word *w = &s->words[i];
    return w->tag == DTN_TAG_VERB && dtn_tree_is_nominal(&s->words[i - 2]) &&
           (dtn_word_hangs(w, "amod") || dtn_word_hangs(w, "compound")) && w->head > i &&
           w->head < s->n;
}

static bool mend_further_acts(const dtn_rules *rules, const dtn_mend_words *known, dtn_sentence *s)
{
    static const char *const acts[] = {
        "resume", "restart", "reopen", "open",  "release", "lower", "renew", "halt", "ease", "lift",
        "free",   "host",    "start",  "begin", "restore", "calm",  "cool",  "slow", NULL};
    bool done = false;
    for (uint32_t i = 4; i + 1 < s->n; i++)
        if (has_form(s, i - 1, "and") &&
            (is_second_verb(s, i) ||
             ((s->words[i].tag == DTN_TAG_NOUN || s->words[i].tag == DTN_TAG_ADJ) &&
              is_in(s->words[i].form, acts))))
            done |= mend_further_act(rules, known, s, i);
    return done;
}

/* ---- "Would lower prices" ---- */

static bool mend_modals(dtn_sentence *s)
{
    bool done = false;
    for (uint32_t i = 2; i + 1 < s->n; i++) {
        dtn_word *w = &s->words[i];
        const uint32_t before = s->words[i - 1].tag == DTN_TAG_ADV ? i - 2 : i - 1;
        if ((w->tag != DTN_TAG_ADJ && w->tag != DTN_TAG_NOUN) ||
            strcmp(s->words[before].xtag, "MD") != 0 || s->words[before].head != i ||
            last_child(s, i, "obj", i + 1, s->n) == DTN_NO_WORD)
            continue;
        w->tag = DTN_TAG_VERB;
        w->xtag = "VB";
        w->lemma = w->form;
        done = true;
    }
    return done;
}

/* ---- "Has soured relations" ---- */

/* A participle between "has" and its object, without an article: the verb, if the lexicon has it. */
static bool mend_perfects(const dtn_rules *rules, const dtn_mend_words *known, dtn_sentence *s)
{
    static const char *const told[] = {"limit", "arm",    "mix",    "unite",   "divide",
                                       "share", "strain", "expand", "improve", NULL};
    bool done = false;
    for (uint32_t i = 1; i + 1 < s->n; i++) {
        uint32_t before = i - 1; /* "has so far prevented errors" */
        while (before > 0 && s->words[before].tag == DTN_TAG_ADV)
            before--;
        dtn_word *w = &s->words[i], *has = &s->words[before];
        const uint32_t object = w->head;
        if (strcmp(w->xtag, "VBN") != 0 || !dtn_word_hangs(w, "amod") ||
            (has->tag != DTN_TAG_VERB && has->tag != DTN_TAG_AUX) || !dtn_word_is(has, "have") ||
            object <= i || object >= s->n || s->words[object].head != before ||
            !dtn_word_hangs(&s->words[object], "obj") || is_in(w->lemma, told) ||
            !dtn_lexicon_get(rules, known->cause, w))
            continue;
        w->tag = DTN_TAG_VERB;
        dtn_word_hang(s, i, has->head, has->relation);
        for (uint32_t k = 0; k < s->n; k++)
            if (k != i && s->words[k].head == before)
                s->words[k].head = i;
        has->tag = DTN_TAG_AUX;
        dtn_word_hang(s, before, i, "aux");
        done = true;
    }
    return done;
}

/* ---- "Both moves angered students", "that cost traders their savings" ---- */

/* The root's place is another word's, which the root hangs on. */
static void take_root(dtn_sentence *s, uint32_t verb, uint32_t root, const char *relation)
{
    for (uint32_t i = 0; i < s->n; i++)
        if (i != verb && s->words[i].head == root &&
            (i < verb || s->words[i].tag == DTN_TAG_PUNCT || dtn_word_hangs(&s->words[i], "conj")))
            s->words[i].head = verb;
    dtn_word_hang(s, verb, DTN_NO_WORD, "root");
    dtn_word_hang(s, root, verb, relation);
}

/* A participle before the root that has a subject of its own is the verb. */
static bool mend_subjects(dtn_sentence *s)
{
    for (uint32_t i = 1; i + 1 < s->n; i++) {
        dtn_word *w = &s->words[i];
        const uint32_t root = w->head;
        if (strcmp(w->xtag, "VBN") != 0 || !dtn_word_hangs(w, "amod") || root <= i ||
            root >= s->n || s->words[root].head != DTN_NO_WORD ||
            !dtn_tree_is_nominal(&s->words[root]) ||
            last_child(s, i, "nsubj", i - 1, i) == DTN_NO_WORD)
            continue;
        w->xtag = "VBD";
        take_root(s, i, root, "obj");
        return true;
    }
    return false;
}

/* "The landslide cost lives": no noun phrase of what it cost. */
static bool mend_cost_lives(dtn_sentence *s)
{
    static const char *const lost[] = {"lives",     "jobs",     "votes", "seats",
                                       "thousands", "millions", NULL};
    for (uint32_t i = 1; i + 1 < s->n; i++) {
        const uint32_t root = i + 1, who = i - 1;
        if (!has_form(s, i, "cost") || s->words[i].tag != DTN_TAG_NOUN ||
            s->words[i].head != root || s->words[root].head != DTN_NO_WORD ||
            !is_in(s->words[root].form, lost) || !dtn_tree_is_nominal(&s->words[who]))
            continue;
        for (uint32_t k = 0; k < who; k++)
            if (s->words[k].head == root || s->words[k].head == i)
                s->words[k].head = who;
        take_root(s, i, root, "obj");
        dtn_word_hang(s, who, i, "nsubj");
        s->words[i].tag = DTN_TAG_VERB;
        s->words[i].xtag = "VBD";
        return true;
    }
    return false;
}

static bool mend_cost(dtn_sentence *s)
{
    if (mend_cost_lives(s))
        return true;
    for (uint32_t i = 1; i + 3 < s->n; i++) {
        dtn_word *that = &s->words[i - 1], *cost = &s->words[i], *whom = &s->words[i + 1];
        if (!has_form(s, i, "cost") || cost->tag != DTN_TAG_NOUN || cost->head != i + 1 ||
            whom->head != DTN_NO_WORD || !(dtn_word_is(that, "that") || dtn_word_is(that, "this")))
            continue;
        const uint32_t what = last_child(s, i + 1, "obj", i + 2, s->n);
        if (what == DTN_NO_WORD)
            continue;
        take_root(s, i, i + 1, "iobj");
        dtn_word_hang(s, i - 1, i, "nsubj");
        dtn_word_hang(s, what, i, "obj");
        that->tag = DTN_TAG_PRON;
        cost->tag = DTN_TAG_VERB;
        cost->xtag = "VBD";
        whom->tag = DTN_TAG_NOUN;
        whom->xtag = "NNS";
        return true;
    }
    return false;
}

/* ---- "Urged both sides to resume talks", "did little to curb raids" ---- */

/* An infinitive behind an object is what the verb is about if that takes one, however it was hung; behind "little" and
 * "nothing" it belongs to these. */
static bool mend_infinitives(const dtn_rules *rules, const dtn_mend_words *known, dtn_sentence *s)
{
    static const char *const amounts[] = {"little", "nothing", "much", NULL};
    bool done = false;
    for (uint32_t i = 3; i < s->n; i++) {
        const uint32_t object = i - 2, verb = s->words[object].head;
        const dtn_word *w = &s->words[i];
        if (strcmp(w->xtag, "VB") != 0 || !has_form(s, i - 1, "to") || verb >= object ||
            s->words[verb].tag != DTN_TAG_VERB ||
            !(dtn_word_hangs(&s->words[object], "obj") ||
              dtn_word_hangs(&s->words[object], "iobj")))
            continue;
        if (w->head == verb && dtn_word_hangs(w, "advcl") && dtn_word_is(&s->words[verb], "do") &&
            is_in(s->words[object].form, amounts))
            dtn_word_hang(s, i, object, "acl");
        else if (((w->head == verb && dtn_word_hangs(w, "advcl")) ||
                  (w->head == object && dtn_word_hangs(w, "acl"))) &&
                 dtn_tree_is_nominal(&s->words[object]) && !dtn_word_is(&s->words[verb], "have") &&
                 !dtn_lexicon_get(rules, known->aim.noun, &s->words[object]) &&
                 dtn_lexicon_get(rules, known->aim.takes, &s->words[verb]))
            dtn_word_hang(s, i, verb, "xcomp");
        else
            continue;
        done = true;
    }
    return done;
}

/* ---- "Sapped discipline, and desertions followed" ---- */

/* The verb whose object the row of nouns is that word `noun` ends; DTN_NO_WORD: none. */
static uint32_t verb_of_row(const dtn_sentence *s, uint32_t noun)
{
    const uint32_t first = s->words[noun].head;
    const uint32_t verb = first < noun ? s->words[first].head : DTN_NO_WORD;
    return verb < first && s->words[verb].tag == DTN_TAG_VERB &&
                   dtn_word_hangs(&s->words[first], "obj")
               ? verb
               : DTN_NO_WORD;
}

/* Does the word say of its noun what becomes of it: "followed", "fell"? */
static bool is_moving(const dtn_rules *rules, const dtn_mend_words *known, const dtn_word *w)
{
    return dtn_word_is(w, "follow") || dtn_lexicon_get(rules, known->direction.verb, w) ||
           dtn_lexicon_get(rules, known->direction.verb_event, w);
}

static bool mend_sequel(const dtn_rules *rules, const dtn_mend_words *known, dtn_sentence *s)
{
    for (uint32_t i = 4; i + 1 < s->n; i++) {
        dtn_word *w = &s->words[i];
        const uint32_t noun = i - 1, after = i + 1;
        if (strcmp(w->xtag, "VBN") != 0 || !dtn_word_hangs(w, "acl") || w->head != noun ||
            !dtn_word_hangs(&s->words[noun], "conj") || !is_moving(rules, known, w) ||
            (s->words[after].tag != DTN_TAG_PUNCT && s->words[after].tag != DTN_TAG_ADV))
            continue;
        uint32_t joined = noun; /* ", and [its] desertions" */
        while (joined > 0 && !has_form(s, joined, "and"))
            joined--;
        const uint32_t verb = verb_of_row(s, noun);
        if (verb == DTN_NO_WORD || joined < 2 || !has_form(s, joined - 1, ",") ||
            joined < s->words[noun].head)
            continue;
        w->xtag = "VBD";
        dtn_word_hang(s, i, verb, "conj");
        dtn_word_hang(s, noun, i, "nsubj");
        dtn_word_hang(s, joined, i, "cc");
        dtn_word_hang(s, joined - 1, i, "punct");
        return true;
    }
    return false;
}

void dtn_mend_clauses(const dtn_rules *rules, const dtn_mend_words *known, dtn_sentence *s)
{
    if (s->is_heading || s->n < 5)
        return;
    bool done = mend_auxiliaries(s);
    done |= mend_denies(s);
    done |= mend_told_noun(s);
    done |= mend_inserts(rules, known, s);
    done |= mend_told(rules, known, s);
    done |= mend_only_verb(s);
    done |= mend_further_saying(rules, known, s);
    done |= mend_failing(s);
    done |= mend_modals(s);
    done |= mend_subjects(s);
    done |= mend_cost(s);
    done |= mend_perfects(rules, known, s);
    done |= mend_infinitives(rules, known, s);
    done |= mend_sequel(rules, known, s);
    done |= mend_further_acts(rules, known, s);
    if (done)
        dtn_rules_prepare(rules, s->words, s->n);
}
