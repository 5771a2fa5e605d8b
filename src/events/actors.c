/* Which actor a phrase names.
 *
 * A phrase is its head noun with what belongs to it: "the Northland government", "the army's media
 * wing", "officials in the capital". Its state comes from a name, an adjective, a possessor or what
 * "of", "in" and "from" add; its sector from the head noun or a title; a group or organisation that
 * the files name stands for itself. A capital is its government where it stands alone and acts,
 * which is where this is asked: a place after "in" only says whose.
 */
#include "events/inner.h"

#include <stdio.h>
#include <string.h>

#define MAX_PHRASE 24 /* words of a phrase that are looked at */

/* "Accused the neighbour of sheltering militants": no part of the neighbour. */
static bool has_verb(const dtn_word *words, uint32_t i)
{
    for (uint32_t c = words[i].first_child; c != DTN_NO_WORD; c = words[c].next_sibling)
        if (c < i && words[c].tag == DTN_TAG_VERB)
            return true;
    return false;
}

/* "A blast in the capital": where it was is not whose it was. */
static bool is_event_noun(const dtn_event_words *ew, const dtn_word *words, uint32_t head)
{
    char key[80];
    (void)DTN_JOIN(key, sizeof key, "n:", words[head].lemma);
    return dtn_map_get(&ew->triggers, key) != DTN_MAP_NONE &&
           dtn_map_get(&ew->names, words[head].lemma) == DTN_MAP_NONE;
}

/* "[Northland]-backed rebels", "[Northland]-made rockets", "[alliance]-member Northland": no part of who they are. */
static bool is_backing(const dtn_word *words, uint32_t head, uint32_t c)
{
    static const char backed[] =
        "backed|supported|armed|trained|funded|financed|sponsored|equipped|made|built|supplied|"
        "designed|owned|based|born|educated|speaking|member|held|occupied|controlled|administered";
    const char *dash = strrchr(words[c].form, '-');
    return (dash && dtn_one_of(dash + 1, backed)) ||
           (dtn_one_of(words[c].form, backed) &&
            (strcmp(words[c].form, "member") != 0 || strcmp(words[c - (c > 0)].form, "-") == 0)) ||
           (c + 2 <= head && strcmp(words[c + 1].form, "-") == 0 &&
            dtn_one_of(words[c + 2].form, backed));
}

/* "Ethnic [Northlanders]": no citizens of that state. */
static bool is_ethnic(const dtn_word *words, uint32_t i)
{
    return i > 0 && dtn_one_of(words[i - 1].lemma, "ethnic");
}

/* "A general strike", "the major offensive", "an official visit", "the deputy chief": of no rank, no member of parliament. */
static bool is_no_rank(const dtn_word *words, uint32_t i, bool is_head)
{
    if (words[i].tag == DTN_TAG_ADJ)
        return dtn_one_of(words[i].lemma, "general|major|private|official|deputy");
    return !is_head && strcmp(words[i].lemma, "deputy") == 0;
}

/* "Shared intelligence with", "the parties to the conflict": what is known, whoever fights. */
static bool is_no_body(const dtn_word *words, uint32_t head)
{
    if (strcmp(words[head].lemma, "intelligence") == 0)
        return dtn_is_rel(&words[head], "obj") || dtn_is_rel(&words[head], "conj");
    if (strcmp(words[head].lemma, "party") != 0)
        return false;
    for (uint32_t c = words[head].first_child; c != DTN_NO_WORD; c = words[c].next_sibling) {
        const uint32_t marker =
            dtn_is_rel(&words[c], "nmod") ? dtn_child(words, c, "case") : DTN_NO_WORD;
        if (marker != DTN_NO_WORD && strcmp(words[marker].lemma, "to") == 0)
            return true;
    }
    return false;
}

static bool is_follower(const dtn_word *w)
{
    return dtn_one_of(w->lemma, "supporter|opponent|critic|follower|loyalist|rival|backer|foe");
}

/* Words of the phrase, nearest to the head first: what decides is found first. */
static size_t phrase_of(const dtn_event_words *ew, const dtn_word *words, uint32_t head,
                        uint32_t out[MAX_PHRASE])
{
    const bool is_event = is_event_noun(ew, words, head);
    size_t n = 0;
    out[n++] = head;
    for (size_t i = 0; i < n && n < MAX_PHRASE; i++)
        for (uint32_t c = words[out[i]].first_child; c != DTN_NO_WORD && n < MAX_PHRASE;
             c = words[c].next_sibling) {
            if (is_follower(&words[out[i]]) && dtn_is_rel(&words[c], "nmod"))
                continue; /* "supporters of the president" */
            bool belongs = dtn_is_rel(&words[c], "compound") || dtn_is_rel(&words[c], "amod") ||
                           dtn_is_rel(&words[c], "flat") || dtn_is_rel(&words[c], "appos");
            if (dtn_is_rel(&words[c], "nmod")) {
                const uint32_t marker = dtn_child(words, c, "case");
                belongs = marker == DTN_NO_WORD
                              ? !has_verb(words, c)
                              : dtn_one_of(words[marker].lemma,
                                           is_event ? "of|from|'s|for"
                                                    : "of|out|in|from|'s|within|for|inside|at");
            }
            if (belongs && !is_backing(words, head, c))
                out[n++] = c;
        }
    return n;
}

/* "Strikes on the capital", "visited the capital": the place, not its government. */
static bool is_place(const dtn_word *words, uint32_t i)
{
    const uint32_t marker = dtn_child(words, i, "case"), above = words[i].head;
    if (marker != DTN_NO_WORD)
        return dtn_one_of(words[marker].lemma, "in|on|at|near|from|into|to|inside|outside|over|"
                                               "around|across|through|toward|towards");
    return above != DTN_NO_WORD && dtn_is_rel(&words[i], "obj") &&
           dtn_one_of(words[above].lemma, "visit|reach|leave|enter|bomb|shell|strike|hit|attack|"
                                          "storm|besiege|capture|seize|occupy");
}

/* Keeps the first answer to each question. `depth`: 0 for the head itself. */
static void take(dtn_actor *out, const dtn_actor_name *name, bool is_head)
{
    switch (name->kind) {
    case DTN_ACTOR_SEAT:
        out->is_seat |= is_head && !out->state[0];
        /* fallthrough */
    case DTN_ACTOR_STATE:
    case DTN_ACTOR_ADJECTIVE:
        if (!out->state[0] && strlen(name->code) < sizeof out->state)
            memcpy(out->state, name->code, strlen(name->code) + 1);
        break;
    case DTN_ACTOR_SECTOR:
        if (!out->sector[0] && strlen(name->code) < sizeof out->sector)
            memcpy(out->sector, name->code, strlen(name->code) + 1);
        break;
    case DTN_ACTOR_ORGANISATION:
    case DTN_ACTOR_GROUP:
        if (!out->other[0])
            memcpy(out->other, name->code, strlen(name->code) + 1);
        break;
    case DTN_ACTOR_REGION: /* "PK-KP": whose region it is says the file of states' names */ break;
    }
}

/* Names are matched from the left; the one that covers word `at` may begin before it. */
static const dtn_actor_name *name_over(const dtn_event_words *ew, const dtn_word *words, uint32_t n,
                                       uint32_t at, int64_t day)
{
    const dtn_actor_name *best = NULL;
    uint32_t longest = 0;
    for (uint32_t back = 0; back < DTN_MAX_NAME_WORDS && back <= at; back++) {
        uint32_t n_matched = 0;
        const dtn_actor_name *found = dtn_actor_match(ew, words, n, at - back, day, &n_matched);
        if (found && n_matched > back && n_matched > longest) {
            longest = n_matched;
            best = found;
        }
    }
    return best;
}

/* "Army engineers", "police drivers", "engineers of a company": what stands beside a kind of worker says whose. */
static bool is_worker_of(const dtn_actor_name *name, const dtn_word *words, uint32_t head,
                         uint32_t at)
{
    const bool is_armed = at < head && dtn_is_rel(&words[at], "compound") &&
                          dtn_one_of(name->code, "MIL|COP|REB"),
               is_firm = dtn_is_rel(&words[at], "nmod") && strcmp(name->code, "BUS") == 0;
    return name->kind == DTN_ACTOR_SECTOR && (is_armed || is_firm) &&
           dtn_one_of(words[head].lemma,
                      "engineer|driver|technician|mechanic|electrician|clerk|cleaner|man");
}

/* "Northland's Free Men": a group with a name of its own that no file knows is not the state. */
bool dtn_actor_is_unknown(const dtn_word *words, uint32_t n, uint32_t head)
{
    static const char groups[] =
        "front|movement|men|brigade|league|militia|group|alliance|resistance|coalition|union|"
        "brotherhood|vanguard|shield|sword|council|organisation|organization|army|column|"
        "legion|battalion|network|faction";
    uint32_t last = head;
    char form[32];
    size_t k = 0;
    if (words[head].tag != DTN_TAG_PROPN || dtn_child(words, head, "nmod:poss") == DTN_NO_WORD)
        return false;
    while (last + 1 < n && words[last + 1].head == head && dtn_is_rel(&words[last + 1], "flat"))
        last++;
    if (strcmp(words[last].xtag, "NNPS") == 0)
        return !dtn_one_of(words[last].form,
                           "Guards|Rangers|Forces|Marines|Scouts|Airways|Airlines");
    for (const char *p = words[last].form; *p && k + 1 < sizeof form; p++)
        form[k++] = (char)(*p >= 'A' && *p <= 'Z' ? *p + 32 : *p);
    form[k] = '\0';
    return dtn_one_of(form, groups);
}

static bool is_people(const dtn_actor_name *name)
{
    return name->kind == DTN_ACTOR_ADJECTIVE || name->kind == DTN_ACTOR_STATE;
}

/* "[Northland] Southlanders" */
static const dtn_actor_name *home_of(const dtn_event_words *ew, const dtn_word *words, uint32_t n,
                                     uint32_t head, int64_t day)
{
    if (head == 0 || words[head - 1].head != head)
        return NULL;
    const dtn_actor_name *before = name_over(ew, words, n, head - 1, day);
    return before && before->kind == DTN_ACTOR_ADJECTIVE ? before : NULL;
}

bool dtn_actor_of(const dtn_event_words *ew, const dtn_word *words, uint32_t n, uint32_t head,
                  int64_t day, dtn_actor *out)
{
    uint32_t phrase[MAX_PHRASE];
    *out = (dtn_actor){0};
    if (head >= n)
        return false;
    const size_t n_phrase = phrase_of(ew, words, head, phrase);
    for (size_t i = 0; i < n_phrase; i++) {
        const dtn_actor_name *name = name_over(ew, words, n, phrase[i], day), *home = NULL;
        const bool is_foreign = dtn_is_rel(&words[phrase[i]], "nmod") && out->other[0];
        if (name && is_worker_of(name, words, head, phrase[i]))
            out->sector[0] = '\0';
        if (name && name->kind == DTN_ACTOR_SECTOR &&
            (is_no_rank(words, phrase[i], i == 0) || (i == 0 && is_no_body(words, head))))
            continue;
        if (name && is_people(name) && is_ethnic(words, phrase[i])) {
            if (i == 0)
                memcpy(out->sector, "CIV", sizeof "CIV");
            continue;
        }
        /* "Northland Southlanders": who live in the one, whatever they are called after */
        if (i == 0 && name && name->kind == DTN_ACTOR_ADJECTIVE &&
            (home = home_of(ew, words, n, head, day)) != NULL)
            name = home;
        if (name && !is_foreign)
            take(out, name, i == 0 && !is_place(words, head));
    }
    if (out->state[0] && !out->sector[0] && !out->other[0] && dtn_actor_is_unknown(words, n, head))
        *out = (dtn_actor){0};
    return out->state[0] || out->sector[0] || out->other[0];
}

void dtn_actor_code(const dtn_actor *actor, char out[DTN_MAX_ACTOR_TEXT])
{
    if (actor->other[0])
        memcpy(out, actor->other, sizeof actor->other);
    else
        (void)snprintf(out, DTN_MAX_ACTOR_TEXT, "%s%s", actor->state,
                       actor->sector[0]                    ? actor->sector
                       : actor->is_seat && actor->state[0] ? "GOV"
                                                           : "");
}

static void join(char out[DTN_MAX_ACTOR_TEXT], const char *code)
{
    const size_t n = strlen(out), more = strlen(code);
    char list[DTN_MAX_ACTOR_TEXT];
    for (size_t i = 0; i <= n; i++)
        list[i] = out[i] == ';' ? '|' : out[i];
    if (dtn_one_of(code, list) || n + more + 2 > DTN_MAX_ACTOR_TEXT)
        return;
    (void)snprintf(out + n, DTN_MAX_ACTOR_TEXT - n, "%s%s", n ? ";" : "", code);
}

bool dtn_actor_list(const dtn_event_words *ew, const dtn_word *words, uint32_t n, uint32_t head,
                    int64_t day, char out[DTN_MAX_ACTOR_TEXT])
{
    dtn_actor first, actor;
    char code[DTN_MAX_ACTOR_TEXT];
    out[0] = '\0';
    if (head >= n)
        return false;
    bool found = dtn_actor_of(ew, words, n, head, day, &first);
    if (found) {
        dtn_actor_code(&first, code);
        join(out, code);
    }
    uint32_t members[DTN_MAX_MEMBERS];
    const size_t n_member = dtn_members(words, n, head, members);
    for (size_t k = 1; k < n_member; k++)
        if (dtn_actor_of(ew, words, n, members[k], day, &actor)) {
            /* "Hungarian and Romanian officials": what is shared counts for both */
            if (!found || !first.sector[0] || actor.sector[0] || actor.other[0]) {
                dtn_actor_code(&actor, code);
                join(out, code);
            }
            found = true;
        }
    /* "The foreign ministers of Hungary and Romania": so are the names behind "of" */
    for (uint32_t a = words[head].first_child; a != DTN_NO_WORD && found;
         a = words[a].next_sibling) {
        const uint32_t marker = dtn_child(words, a, "case");
        if (!dtn_is_rel(&words[a], "nmod") || marker == DTN_NO_WORD ||
            strcmp(words[marker].lemma, "of") != 0 || !first.sector[0])
            continue;
        for (uint32_t c = words[a].first_child; c != DTN_NO_WORD; c = words[c].next_sibling)
            if (dtn_is_rel(&words[c], "conj") && dtn_actor_of(ew, words, n, c, day, &actor) &&
                actor.state[0] && !actor.sector[0] && !actor.other[0]) {
                memcpy(actor.sector, first.sector, sizeof actor.sector);
                dtn_actor_code(&actor, code);
                join(out, code);
            }
    }
    /* "Senior Hungarian and Romanian officials": the adjectives are joined, not the nouns */
    for (uint32_t a = words[head].first_child; a != DTN_NO_WORD; a = words[a].next_sibling) {
        if (!dtn_is_rel(&words[a], "amod") && !dtn_is_rel(&words[a], "compound"))
            continue;
        for (uint32_t c = words[a].first_child; c != DTN_NO_WORD; c = words[c].next_sibling)
            if (dtn_is_rel(&words[c], "conj") && dtn_actor_of(ew, words, n, c, day, &actor) &&
                actor.state[0]) {
                memcpy(actor.sector, first.sector, sizeof actor.sector);
                dtn_actor_code(&actor, code);
                join(out, code);
            }
    }
    return found;
}
