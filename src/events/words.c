/* The four tables that say what words mean for events, and the case's own actors.
 *
 * Names are kept by a key: their words in lower case, parted by single blanks, hyphens as blanks.
 * A name that is all capitals (US, UN, UAE) keeps them, since "us" is a pronoun. A name may have
 * several meanings, told apart by date: who governed when is data.
 */
#include "events/inner.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include <unistd.h>

#include "base/dates.h"
#include "store/csv.h"

#define MAX_FILE ((size_t)8 << 20) /* bytes: some hundred thousand names */
#define MAX_KEY 160                /* bytes of a name; longer ones are refused */

static const char *const kind_names[] = {"state", "adjective", "seat",  "organisation",
                                         "group", "sector",    "region"};

/* ---- Keys ------------------------------------------------------------------------------------- */

static char lower(char c) { return c >= 'A' && c <= 'Z' ? (char)(c + 'a' - 'A') : c; }
static bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }

static bool all_capitals(const char *s, size_t n)
{
    size_t n_upper = 0;
    for (size_t i = 0; i < n; i++) {
        if (s[i] >= 'a' && s[i] <= 'z')
            return false;
        n_upper += is_upper(s[i]);
    }
    return n_upper > 1;
}

/* Appends a word to a key; false: too long. */
static bool add_word(char *key, size_t *n, const char *word, size_t n_word)
{
    const bool keep = all_capitals(word, n_word) && n_word <= 6;
    if (*n && key[*n - 1] != ' ')
        key[(*n)++] = ' ';
    for (size_t i = 0; i < n_word; i++) {
        if (*n + 2 >= MAX_KEY)
            return false;
        key[(*n)++] = word[i] == '-' ? ' ' : keep ? word[i] : lower(word[i]);
    }
    key[*n] = '\0';
    return true;
}

static bool make_key(char key[MAX_KEY], const char *name, size_t n_name)
{
    size_t n = 0, at = 0;
    key[0] = '\0';
    while (at < n_name) {
        const char *blank = memchr(name + at, ' ', n_name - at);
        const size_t end = blank ? (size_t)(blank - name) : n_name;
        if (end > at && !add_word(key, &n, name + at, end - at))
            return false;
        at = end + 1;
    }
    return n > 0;
}

/* ---- Reading ---------------------------------------------------------------------------------- */

/* The kinds of words that the code asks for by name. */
static const char *const class_names[] = {
    "abstract",  "admitting", "affect",     "animal",    "armed",       "arms",       "assail",
    "attrition", "backing",   "blaze",      "blow",      "blows",       "bodily",     "bombardment",
    "bringing",  "building",  "burst",      "calling",   "campaign",    "captive",    "cause",
    "change",    "clearing",  "collective", "combat",    "confederate", "contend",    "contest",
    "contested", "counting",  "course",     "craft",     "critic",      "curb",       "deaths",
    "defeat",    "denying",   "device",     "disaster",  "dispatch",    "doing",      "dying",
    "erupt",     "explosion", "fabric",     "figure",    "frontier",    "game",       "gas",
    "giving",    "harming",   "hearsay",    "hurl",      "incident",    "intrude",    "invade",
    "judging",   "keeping",   "killing",    "kitchen",   "labour",      "lasting",    "leak",
    "leftover",  "lifting",   "linking",    "livestock", "mass",        "members",    "mishap",
    "murder",    "naming",    "network",    "occasion",  "office",      "ordnance",   "others",
    "outcome",   "outplay",   "overcome",   "owning",    "pay",         "pelt",       "people",
    "persona",   "player",    "poll",       "post",      "pound",       "practice",   "pressure",
    "private",   "prize",     "query",      "rate",      "reach",       "retract",    "savage",
    "seeming",   "showing",   "slay",       "soldiers",  "space",       "spot",       "spread",
    "spreading", "staging",   "striking",   "struggle",  "substance",   "suffering",  "tally",
    "tallying",  "telling",   "throng",     "tissue",    "toil",        "torrential", "trounce",
    "truth",     "undertake", "unionism",   "unravel",   "vehicle",     "wartime",    "weapon",
    "willing",   "work",      "wounding"};
#define N_CLASS (sizeof class_names / sizeof *class_names)

typedef struct reader {
    dtn_event_words *ew;
    dtn_diags *diags;
    const char *path;
    dtn_csv_table table;
    bool has_class[N_CLASS]; /* of classes.tsv */
} reader;

static dtn_pos pos_of(const reader *r, uint32_t line) { return (dtn_pos){r->path, line, 1}; }

static const char *field(const reader *r, const dtn_csv_row *row, uint32_t column)
{
    return column < row->n ? r->table.fields[row->first + column] : "";
}

/* What the key begins with: a text that is none of these need not be followed to its end. */
static void add_begins(dtn_event_words *ew, const char *key)
{
    const size_t n = strlen(key);
    for (size_t i = 1; i <= n; i++) {
        if (i < n && key[i] != ' ' && key[i - 1] != ' ')
            continue;
        const char *begin = dtn_arena_strndup(ew->arena, key, i);
        if (dtn_map_get(&ew->begins, begin) == DTN_MAP_NONE)
            dtn_map_set(&ew->begins, ew->arena, begin, 0);
    }
}

static void add_name(reader *r, const char *name, size_t n, dtn_actor_name actor, uint32_t line)
{
    dtn_event_words *ew = r->ew;
    char key[MAX_KEY];
    if (!make_key(key, name, n)) {
        dtn_diags_add(r->diags, 951, pos_of(r, line), "shorten it or take it out",
                      "a name is empty or longer than %d bytes", MAX_KEY);
        return;
    }
    /* what was read first goes before: the case's names before the general ones */
    const uint32_t known = dtn_map_get(&ew->names, key), at = (uint32_t)ew->n_actor;
    actor.next = DTN_MAP_NONE;
    DTN_PUSH(ew->arena, ew->actors, ew->n_actor, ew->cap_actor, actor);
    if (known == DTN_MAP_NONE) {
        add_begins(ew, key);
        dtn_map_set(&ew->names, ew->arena, dtn_arena_strdup(ew->arena, key), at);
        return;
    }
    uint32_t last = known;
    while (ew->actors[last].next != DTN_MAP_NONE)
        last = ew->actors[last].next;
    ew->actors[last].next = at;
}

/* Calls `each` for the parts of a field between '|'. */
static void each_name(reader *r, const char *list, dtn_actor_name actor, uint32_t line)
{
    while (*list) {
        const size_t n = strcspn(list, "|");
        add_name(r, list, n, actor, line);
        list += n + (list[n] == '|');
    }
}

static bool read_day(reader *r, const char *text, int64_t none, int64_t *day, uint32_t line)
{
    *day = none;
    if (!*text || dtn_days_of(text, day))
        return true;
    dtn_diags_add(r->diags, 951, pos_of(r, line), "write it as 2021-08-15, or leave it out",
                  "'%s' is not a date", text);
    return false;
}

static void read_actor(reader *r, const dtn_csv_row *row)
{
    dtn_actor_name actor = {.code = dtn_arena_strdup(r->ew->arena, field(r, row, 0))};
    const char *kind = field(r, row, 1);
    size_t k = 0;
    while (k < sizeof kind_names / sizeof *kind_names && strcmp(kind, kind_names[k]) != 0)
        k++;
    if (k == sizeof kind_names / sizeof *kind_names || !actor.code[0] ||
        strlen(actor.code) >= DTN_MAX_ACTOR_TEXT / 2) {
        dtn_diags_add(r->diags, 951, pos_of(r, row->line),
                      "kinds are state, adjective, seat, organisation, group, sector and region",
                      "'%s' is not a kind of actor, or its code is empty or too long", kind);
        return;
    }
    actor.kind = (dtn_actor_kind)k;
    if (!*field(r, row, 2))
        dtn_diags_add(r->diags, 951, pos_of(r, row->line),
                      "columns: code, kind, names, from, until; names are parted by |",
                      "the row of '%s' gives no names", actor.code);
    if (read_day(r, field(r, row, 3), INT64_MIN, &actor.from, row->line) &&
        read_day(r, field(r, row, 4), INT64_MAX, &actor.until, row->line))
        each_name(r, field(r, row, 2), actor, row->line);
}

static void add_triggers(reader *r, const char *list, char class_letter, uint32_t sense)
{
    dtn_event_words *ew = r->ew;
    while (*list) {
        const size_t n = strcspn(list, "|");
        const char *key = dtn_arena_printf(ew->arena, "%c:%.*s", class_letter, (int)n, list);
        if (n && dtn_map_get(&ew->triggers, key) == DTN_MAP_NONE)
            dtn_map_set(&ew->triggers, ew->arena, key, sense); /* the first row that has it */
        list += n + (list[n] == '|');
    }
}

static void read_sense(reader *r, const dtn_csv_row *row)
{
    dtn_event_words *ew = r->ew;
    dtn_event_sense s = {.type = dtn_arena_strdup(ew->arena, field(r, row, 0)),
                         .mode = dtn_arena_strdup(ew->arena, field(r, row, 1)),
                         .cameo = dtn_arena_strdup(ew->arena, field(r, row, 2)),
                         .to = dtn_arena_strdup(ew->arena, field(r, row, 5)),
                         .kills = strcmp(field(r, row, 6), "1") == 0};
    if (!s.type[0] || !s.cameo[0]) {
        dtn_diags_add(r->diags, 951, pos_of(r, row->line), "give both", "type or code is missing");
        return;
    }
    DTN_PUSH(ew->arena, ew->senses, ew->n_sense, ew->cap_sense, s);
    add_triggers(r, field(r, row, 3), 'v', (uint32_t)ew->n_sense - 1);
    add_triggers(r, field(r, row, 4), 'n', (uint32_t)ew->n_sense - 1);
}

static void read_embedding(reader *r, const dtn_csv_row *row)
{
    static const char *const what[] = {"passes",       "real-as", "told",    "undoes", "opens",
                                       "dreads",       "comes",   "doubts",  "known",  "ends",
                                       "hypothetical", "future",  "reported"};
    static const char *const classes[] = {"verb",   "noun",    "adjective", "attribute",
                                          "phrase", "adverb",  "thought",   "content",
                                          "sham",   "untruth", "fiction"};
    dtn_event_words *ew = r->ew;
    size_t k = 0, c = 0;
    while (k < sizeof what / sizeof *what && strcmp(field(r, row, 0), what[k]) != 0)
        k++;
    while (c < sizeof classes / sizeof *classes && strcmp(field(r, row, 1), classes[c]) != 0)
        c++;
    if (k == sizeof what / sizeof *what || c == sizeof classes / sizeof *classes) {
        dtn_diags_add(r->diags, 951, pos_of(r, row->line),
                      "the notes at the head of the file say what there is",
                      "'%s' or '%s' is unknown", field(r, row, 0), field(r, row, 1));
        return;
    }
    for (const char *list = field(r, row, 2); *list;) {
        const size_t n = strcspn(list, "|");
        const char *key = dtn_arena_printf(ew->arena, "%s:%.*s", classes[c], (int)n, list);
        dtn_map_set(&ew->embeddings, ew->arena, key, (uint32_t)k);
        if (strcmp(classes[c], "phrase") == 0) {
            const dtn_event_phrase phrase = {dtn_arena_strndup(ew->arena, list, n),
                                             (dtn_embedding)k};
            DTN_PUSH(ew->arena, ew->phrases, ew->n_phrase, ew->cap_phrase, phrase);
        }
        ew->hash_embeddings = dtn_hash64(key, strlen(key), ew->hash_embeddings + k);
        list += n + (list[n] == '|');
    }
}

static void read_class(reader *r, const dtn_csv_row *row)
{
    dtn_event_words *ew = r->ew;
    size_t c = 0;
    while (c < N_CLASS && strcmp(field(r, row, 0), class_names[c]) != 0)
        c++;
    if (c == N_CLASS || !*field(r, row, 1)) {
        dtn_diags_add(
            r->diags, 951, pos_of(r, row->line),
            "columns: class, words parted by |, an example; the program asks for those classes that it knows",
            "'%s' is a class that the program does not ask for, or has no words", field(r, row, 0));
        return;
    }
    r->has_class[c] = true;
    for (const char *list = field(r, row, 1); *list;) {
        const size_t n = strcspn(list, "|");
        const char *key = dtn_arena_printf(ew->arena, "%s:%.*s", class_names[c], (int)n, list);
        dtn_map_set(&ew->embeddings, ew->arena, key, DTN_NAMED);
        ew->hash_embeddings = dtn_hash64(key, strlen(key), ew->hash_embeddings);
        list += n + (list[n] == '|');
    }
}

/* A class that is not there would be one without words, and nobody would know. */
static void check_classes(reader *r)
{
    for (size_t c = 0; c < N_CLASS; c++)
        if (!r->has_class[c])
            dtn_diags_add(r->diags, 951, pos_of(r, 1),
                          "take the row from the file that came with the program",
                          "the class '%s' is missing", class_names[c]);
}

/* Rows after the heading, which a table of a case may lack (`needs_none`); lines that begin with '#' are notes. */
static dtn_status read_table(reader *r, const char *path, const char *first_column, bool needs_none,
                             void (*row_of)(reader *, const dtn_csv_row *))
{
    r->path = dtn_arena_strdup(r->ew->arena, path);
    DTN_TRY(dtn_csv_read_grid(&r->table, path, MAX_FILE, '\t', r->diags));
    bool has_heading = needs_none;
    bool is_first = true;
    for (size_t i = 0; i < r->table.n_row; i++) {
        const dtn_csv_row *row = &r->table.rows[i];
        const char *start = field(r, row, 0);
        if (row->n == 0 || start[0] == '#' || (row->n == 1 && !start[0]))
            continue;
        const bool is_heading = is_first && strcasecmp(start, first_column) == 0;
        has_heading = has_heading || is_heading;
        if (!has_heading)
            break;
        if (!is_heading)
            row_of(r, row);
        is_first = false;
    }
    if (!has_heading)
        dtn_diags_add(r->diags, 950, pos_of(r, 1), "see docs/reader.md",
                      "the first line that is no note does not begin with '%s'", first_column);
    dtn_csv_free(&r->table);
    return DTN_OK;
}

static dtn_status read_all(reader *r, const char *folder, const char *case_actors)
{
    dtn_arena *arena = r->ew->arena;
    const size_t n_error = r->diags->n_error;
    if (case_actors)
        DTN_TRY(read_table(r, case_actors, "code", true, read_actor));
    DTN_TRY(
        read_table(r, dtn_arena_printf(arena, "%s/actors.tsv", folder), "code", false, read_actor));
    DTN_TRY(read_table(r, dtn_arena_printf(arena, "%s/regions.tsv", folder), "code", false,
                       read_actor));
    DTN_TRY(
        read_table(r, dtn_arena_printf(arena, "%s/events.tsv", folder), "type", false, read_sense));
    DTN_TRY(read_table(r, dtn_arena_printf(arena, "%s/modality.tsv", folder), "what", false,
                       read_embedding));
    DTN_TRY(read_table(r, dtn_arena_printf(arena, "%s/classes.tsv", folder), "class", false,
                       read_class));
    check_classes(r);
    const char *weights = dtn_arena_printf(arena, "%s/weights/events.tsv", folder);
    if (access(weights, R_OK) == 0)
        DTN_TRY(dtn_weights_read(weights, &r->ew->weights, r->diags));
    else
        dtn_diags_add(
            r->diags, 927, (dtn_pos){weights, 0, 0}, "`make train-events` makes the file",
            "without weights of events actors are less sure, probabilities not calibrated");
    return r->diags->n_error > n_error ? DTN_E_INPUT : DTN_OK;
}

/* Over what the tables hold, so that notes and line ends do not count. */
static void set_hash(dtn_event_words *ew)
{
    uint64_t h[2] = {0, 1};
    for (size_t i = 0; i < ew->n_actor; i++)
        for (int k = 0; k < 2; k++)
            h[k] = dtn_hash64(ew->actors[i].code, strlen(ew->actors[i].code),
                              h[k] + (uint64_t)ew->actors[i].kind);
    for (size_t i = 0; i < ew->n_sense; i++)
        for (int k = 0; k < 2; k++)
            h[k] = dtn_hash64(ew->senses[i].cameo, strlen(ew->senses[i].cameo), h[k]);
    h[0] += ew->names.n;
    h[1] = dtn_hash64(&ew->hash_embeddings, sizeof ew->hash_embeddings, h[1] + ew->triggers.n);
    if (ew->weights)
        h[0] = dtn_hash64(dtn_weights_hash(ew->weights), 32, h[0]);
    dtn_hash128_hex(h, sizeof h, ew->hash);
}

dtn_status dtn_event_words_read(const char *folder, const char *case_actors, dtn_event_words **out,
                                dtn_diags *diags)
{
    reader *r = dtn_alloc(sizeof *r);
    dtn_arena *arena = dtn_alloc(sizeof *arena);
    dtn_status status = DTN_E_MEMORY;
    if (arena)
        dtn_arena_init(arena);
    if (r && arena && !DTN_ARENA_GUARD(arena)) {
        r->diags = diags;
        r->ew = DTN_NEW(arena, dtn_event_words);
        r->ew->arena = arena;
        status = read_all(r, folder, case_actors);
        if (status == DTN_OK) {
            set_hash(r->ew);
            *out = r->ew;
        }
    }
    if (r && status != DTN_OK)
        dtn_csv_free(&r->table); /* open where memory ran out in the middle of it */
    if (r && r->ew && status != DTN_OK)
        dtn_weights_delete(r->ew->weights);
    if (arena && status != DTN_OK) {
        dtn_arena_free(arena);
        dtn_free(arena);
    }
    dtn_free(r);
    return status;
}

void dtn_event_words_delete(dtn_event_words *ew)
{
    if (!ew)
        return;
    dtn_arena *arena = ew->arena;
    dtn_weights_delete(ew->weights);
    dtn_arena_free(arena);
    dtn_free(arena);
}

bool dtn_event_class_has(const dtn_event_words *ew, const char *class_name, const char *word)
{
    char key[96];
    const size_t n = DTN_JOIN(key, sizeof key, class_name, ":", word);
    return n < sizeof key && dtn_map_get(&ew->embeddings, key) != DTN_MAP_NONE;
}

const char *dtn_event_words_hash(const dtn_event_words *ew) { return ew->hash; }

/* ---- Finding names in text ---------------------------------------------------------------------- */

static const dtn_actor_name *valid_on(const dtn_event_words *ew, uint32_t at, int64_t day)
{
    for (; at != DTN_MAP_NONE; at = ew->actors[at].next) {
        const dtn_actor_name *a = &ew->actors[at];
        /* of an unknown day the last meaning holds, that is the one without an end */
        if (day == DTN_NO_DAY ? a->until == INT64_MAX : a->from <= day && day < a->until)
            return a;
    }
    return NULL;
}

static bool begins_high(const char *form)
{
    return is_upper(form[0]) || (unsigned char)form[0] >= 0x80;
}

/* "al-[Qaeda]": the article of a name is written small. */
static bool is_name_at(const dtn_word *words, uint32_t n, uint32_t i)
{
    if (begins_high(words[i].form))
        return true;
    if (!dtn_one_of(words[i].form, "al|el|ad|an|ar|as|ash|at|az"))
        return false;
    i += 1 + (i + 1 < n && strcmp(words[i + 1].form, "-") == 0);
    return i < n && begins_high(words[i].form);
}

static const dtn_actor_name *look_up(const dtn_event_words *ew, const char *key, bool is_high,
                                     int64_t day)
{
    const dtn_actor_name *found = valid_on(ew, dtn_map_get(&ew->names, key), day);
    return found && (is_high || found->kind == DTN_ACTOR_SECTOR) ? found : NULL;
}

const dtn_actor_name *dtn_actor_match(const dtn_event_words *ew, const dtn_word *words, uint32_t n,
                                      uint32_t i, int64_t day, uint32_t *n_matched)
{
    char key[MAX_KEY] = "", by_lemma[MAX_KEY];
    size_t n_key = 0, n_used = 0;
    const dtn_actor_name *best = NULL;
    const bool is_high = is_name_at(words, n, i);
    for (uint32_t k = i; k < n && n_used < DTN_MAX_NAME_WORDS; k++) {
        const char *form = words[k].form;
        if (strcmp(form, "-") == 0 || strcmp(form, "–") == 0)
            continue; /* "Guinea - Bissau", as tokenisers have it */
        memcpy(by_lemma, key, n_key + 1);
        size_t n_lemma = n_key;
        if (!add_word(key, &n_key, form, strlen(form)))
            break;
        n_used++;
        const bool goes_on = n_key == 0 || dtn_map_get(&ew->begins, key) != DTN_MAP_NONE;
        const dtn_actor_name *found = goes_on ? look_up(ew, key, is_high, day) : NULL;
        if (!found && strcmp(form, words[k].lemma) != 0 &&
            add_word(by_lemma, &n_lemma, words[k].lemma, strlen(words[k].lemma)) &&
            strcmp(by_lemma, key) != 0)
            found = look_up(ew, by_lemma, is_high, day); /* "prime ministers" */
        if (found) {
            best = found;
            *n_matched = k + 1 - i;
        }
        if (!goes_on)
            break;
    }
    return best;
}

bool dtn_event_words_name(const dtn_event_words *ew, const dtn_word *sentence, uint32_t n,
                          uint32_t i, uint32_t *n_matched)
{
    return dtn_actor_match(ew, sentence, n, i, DTN_NO_DAY, n_matched) != NULL;
}
