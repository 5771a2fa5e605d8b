/* Whose dead a figure counts: of the mentions of one event, which count the same people.
 *
 * "12 Northland soldiers", "15 soldiers" and "15 people" are the dead of one side, called more or less exactly; "12
 * soldiers" and "3 civilians" are of two. What counts all sides together beside figures for each of them, or a part of a
 * side beside a figure for all of it, is no figure of a side: it would count somebody twice. Militants of the one
 * speaker who are civilians of another are the same dead, of either kind.
 */
#include "ledger/inner.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "events/inner.h"

#define MAX_SIDES 12 /* of one event; further figures stay out of the sums */
#define MAX_PARTS 8  /* of one code: "MIL;CIV" */

typedef struct side {
    const char *code;
    bool is_whole; /* of several kinds together */
    bool is_out;   /* a part of what another one counts */
} side;

typedef struct event {
    const dtn_mention **at; /* [n] those with figures, by how exactly they say who died */
    size_t n;
    uint32_t *side_of; /* [n]; MAX_SIDES: none */
    side sides[MAX_SIDES];
    size_t n_side;
} event;

/* The dead of a figure; "": nobody says who. */
static const char *whose(const dtn_mention *m)
{
    return m->killed_of && !m->killed_people ? m->killed_of : "";
}

static bool is_list(const char *code) { return strchr(code, ';') != NULL; }

/* May `part`, n bytes and said no more exactly, be the same people as `code`? */
static bool is_same(const char *code, const char *part, size_t n)
{
    char one[DTN_MAX_ACTOR_TEXT];
    const size_t k = strlen(code);
    if (n >= sizeof one || n < 3 || k < 3)
        return false;
    memcpy(one, part, n);
    one[n] = '\0';
    if (strcmp(code, one) == 0)
        return true;
    const bool is_kind = dtn_is_bare_sector(one), is_other_kind = dtn_is_bare_sector(code);
    if (is_kind || is_other_kind)
        return is_kind != is_other_kind &&
               ((n == 3 && k == 3) || strcmp(code + k - 3, one + n - 3) == 0);
    return (n == 3 || k == 3) && strncmp(code, one, 3) == 0;
}

static size_t find_side(const event *e, const char *part, size_t n, size_t *n_found)
{
    size_t found = MAX_SIDES;
    *n_found = 0;
    for (size_t s = 0; s < e->n_side; s++)
        if (!is_list(e->sides[s].code) && is_same(e->sides[s].code, part, n)) {
            if (strlen(e->sides[s].code) == n && strncmp(e->sides[s].code, part, n) == 0) {
                *n_found = 1;
                return s;
            }
            found = s;
            ++*n_found;
        }
    return found;
}

static size_t new_side(event *e, const char *code, bool is_whole)
{
    if (e->n_side == MAX_SIDES)
        return MAX_SIDES;
    e->sides[e->n_side] = (side){.code = code, .is_whole = is_whole};
    return e->n_side++;
}

/* "Soldiers", where two states' soldiers died, are nobody's. */
static size_t side_of_one(event *e, const char *code)
{
    size_t n_found = 0;
    const size_t s = find_side(e, code, strlen(code), &n_found);
    return n_found == 0 ? new_side(e, code, false) : n_found == 1 ? s : MAX_SIDES;
}

/* "Nine soldiers and rebels": where others count both apart, that says it; where they count one alone, that is a part. */
static size_t side_of_list(event *e, const char *code)
{
    size_t parts[MAX_PARTS], n_part = 0, n_known = 0;
    for (size_t s = 0; s < e->n_side; s++)
        if (e->sides[s].is_whole)
            return s;
    for (const char *p = code; *p && n_part < MAX_PARTS; p += strcspn(p, ";"), p += *p == ';') {
        size_t n_found = 0;
        parts[n_part] = find_side(e, p, strcspn(p, ";"), &n_found);
        n_known += n_found > 0;
        n_part++;
    }
    if (n_known == n_part)
        return MAX_SIDES;
    for (size_t k = 0; k < n_part; k++)
        if (parts[k] < MAX_SIDES)
            e->sides[parts[k]].is_out = true;
    return new_side(e, code, true);
}

/* "People": of the only side there is. */
static size_t side_of_anybody(event *e, const dtn_mention *m)
{
    size_t only = MAX_SIDES, n = 0;
    for (size_t s = 0; s < e->n_side; s++)
        if (!e->sides[s].is_out) {
            only = s;
            n++;
        }
    return n == 0   ? new_side(e, m->killed_of ? m->killed_of : "", false)
           : n == 1 ? only
                    : MAX_SIDES;
}

/* ---- Called by other names ---- */

static bool is_of_kind(const char *code, const char *kinds)
{
    const size_t n = strlen(code);
    return n >= 3 && !is_list(code) && dtn_one_of(code + n - 3, kinds);
}

/* Does everybody who speaks of one side say so by name, and of the other nobody of these? */
static bool have_other_speakers(const event *e, size_t a, size_t b)
{
    for (size_t i = 0; i < e->n; i++) {
        const char *speaker = e->at[i]->speaker;
        if (e->side_of[i] != a && e->side_of[i] != b)
            continue;
        if (!speaker || !*speaker)
            return false;
        for (size_t k = 0; k < e->n; k++)
            if (e->side_of[i] == a && e->side_of[k] == b && e->at[k]->speaker &&
                strcmp(speaker, e->at[k]->speaker) == 0)
                return false;
    }
    return true;
}

/* "Nine militants", says the army, "nine civilians", says the town. */
static void join_contested(event *e, dtn_arena *arena)
{
    for (size_t a = 0; a < e->n_side; a++)
        for (size_t b = 0; b < e->n_side; b++) {
            if (e->sides[a].is_out || e->sides[b].is_out || !is_of_kind(e->sides[a].code, "CIV") ||
                !is_of_kind(e->sides[b].code, "REB|CRM") || !have_other_speakers(e, a, b))
                continue;
            e->sides[a].code = dtn_arena_printf(arena, "%s;%s", e->sides[a].code, e->sides[b].code);
            for (size_t i = 0; i < e->n; i++)
                e->side_of[i] = e->side_of[i] == b ? (uint32_t)a : e->side_of[i];
            return;
        }
}

/* ---- All events ---- */

/* One kind before several, both before anybody; the longer code, which says more, first. */
static int rank_of(const dtn_mention *m) { return !*whose(m) ? 2 : is_list(whose(m)); }

static int exact_order(const void *x, const void *y)
{
    const dtn_mention *a = *(const dtn_mention *const *)x, *b = *(const dtn_mention *const *)y;
    const size_t n = strlen(whose(a)), k = strlen(whose(b));
    if (rank_of(a) != rank_of(b))
        return rank_of(a) - rank_of(b);
    if (n != k)
        return n > k ? -1 : 1;
    const int c = strcmp(whose(a), whose(b));
    return c ? c : strcmp(a->key, b->key);
}

static void find_sides(event *e, const dtn_mention *items, dtn_arena *arena, const char **as)
{
    for (size_t i = 0; i < e->n; i++) {
        const dtn_mention *m = e->at[i];
        const int rank = rank_of(m);
        e->side_of[i] = (uint32_t)(rank == 0   ? side_of_one(e, whose(m))
                                   : rank == 1 ? side_of_list(e, whose(m))
                                               : side_of_anybody(e, m));
    }
    join_contested(e, arena);
    for (size_t i = 0; i < e->n; i++)
        if (e->side_of[i] < MAX_SIDES && !e->sides[e->side_of[i]].is_out)
            as[e->at[i] - items] = e->sides[e->side_of[i]].code;
}

static bool has_figure(const dtn_mention *m)
{
    return !isnan(m->killed_min) || !isnan(m->killed_max);
}

void dtn_ledger_dead(const dtn_mention *items, const uint32_t *group, size_t n, size_t n_group,
                     dtn_arena *arena, const char **as)
{
    uint32_t *first = DTN_NEW_N(arena, uint32_t, n_group + 2);
    uint32_t *side_of = DTN_NEW_N(arena, uint32_t, n + 1);
    const dtn_mention **at = DTN_NEW_N(arena, const dtn_mention *, n + 1);
    for (size_t i = 0; i < n; i++) {
        as[i] = NULL;
        if (has_figure(&items[i]))
            first[group[i] + 2]++;
    }
    for (size_t g = 2; g < n_group + 2; g++)
        first[g] += first[g - 1];
    for (size_t i = 0; i < n; i++)
        if (has_figure(&items[i]))
            at[first[group[i] + 1]++] = &items[i];
    for (size_t g = 0; g < n_group; g++) {
        event e = {
            .at = at + first[g], .n = first[g + 1] - first[g], .side_of = side_of + first[g]};
        if (e.n > 1)
            qsort(e.at, e.n, sizeof *e.at, exact_order);
        find_sides(&e, items, arena, as);
    }
}
