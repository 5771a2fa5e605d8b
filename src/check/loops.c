/* Feedback loops: elementary cycles of the graph of causes, shortest first.
 *
 * Yen's ranking of shortest simple paths from a variable back to itself, with Lawler's
 * partition: each loop found splits the loops that are left into disjoint sets, "begins like
 * this one up to place i, then takes another way", and a breadth-first search finds the
 * shortest of each set. So the work is one search for each variable of each loop found, never a
 * walk through all the paths, of which a model of 500 variables can have more than there is
 * time for. Sets wait in lists by length; within a length the first found comes first, which
 * depends on nothing but the graph.
 *
 * Edges that act only at the start (initial values) close no loop. Signs are the caller's.
 *
 * J. Y. Yen, Management Science 17 (1971) 712; E. L. Lawler, Management Science 18 (1972) 401.
 */
#include "check/check.h"

#include <string.h>

/** Loops that are looked through for one that visits given variables in order, when putting
 *  shortest paths together did not give one. */
#define DTN_MAX_LOOPS_TRIED 2000

/** A place that may not come next, at the place where a set branches off. */
typedef struct ban {
    uint32_t var;
    const struct ban *next;
} ban;

/** A set of loops, known by its shortest: path[0..length). All share path[0..branch]; what
 *  follows path[branch] is none of `bans`. */
typedef struct loop_set {
    uint32_t *path;
    uint32_t length, branch;
    const ban *bans;
    struct loop_set *next;
} loop_set;

typedef struct searcher {
    const dtn_graph *graph;
    uint32_t *first, *ways;     /* CSR of effects without initial values */
    dtn_arena arena;            /* all below; freed at the end */
    uint32_t *from, *queue;     /* [n_var] breadth-first search */
    uint32_t *seen, round;      /* [n_var] == round: reached; */
    uint8_t *closed;            /* [n_var] may not be entered */
    loop_set **waiting, **last; /* [n_var + 1] lists by length */
} searcher;

static void start(searcher *s)
{
    const dtn_graph *g = s->graph;
    s->first = DTN_NEW_N(&s->arena, uint32_t, g->n_var + 2);
    s->ways = DTN_NEW_N(&s->arena, uint32_t, g->n_edge);
    s->from = DTN_NEW_N(&s->arena, uint32_t, g->n_var);
    s->queue = DTN_NEW_N(&s->arena, uint32_t, g->n_var);
    s->seen = DTN_NEW_N(&s->arena, uint32_t, g->n_var);
    s->closed = DTN_NEW_N(&s->arena, uint8_t, g->n_var);
    s->waiting = DTN_NEW_N(&s->arena, loop_set *, (size_t)g->n_var + 1);
    s->last = DTN_NEW_N(&s->arena, loop_set *, (size_t)g->n_var + 1);
    for (size_t i = 0; i < g->n_edge; i++)
        if (!g->edges[i].is_initial)
            s->first[g->edges[i].cause + 2]++;
    for (uint32_t v = 0; v < g->n_var; v++)
        s->first[v + 2] += s->first[v + 1];
    for (size_t i = 0; i < g->n_edge; i++)
        if (!g->edges[i].is_initial)
            s->ways[s->first[g->edges[i].cause + 1]++] = g->edges[i].effect;
}

static bool is_banned(const ban *bans, uint32_t var)
{
    for (; bans; bans = bans->next)
        if (bans->var == var)
            return true;
    return false;
}

/* Shortest way from `at` to `to` (at == to: around) through variables that are not closed, the
 * first step not to one of `bans`. Number of edges, 0 if there is none; s->from tells the way. */
static uint32_t find_way(searcher *s, uint32_t at, uint32_t to, const ban *bans)
{
    uint32_t head = 0, tail = 0, depth = 0, level_end = 1;
    s->round++;
    s->queue[tail++] = at;
    s->seen[at] = s->round;
    while (head < tail) {
        uint32_t v = s->queue[head++];
        for (uint32_t i = s->first[v]; i < s->first[v + 1]; i++) {
            uint32_t w = s->ways[i];
            if (depth == 0 && is_banned(bans, w))
                continue;
            if (w == to) {
                s->from[to] = v;
                return depth + 1;
            }
            if (s->seen[w] == s->round || s->closed[w])
                continue;
            s->seen[w] = s->round;
            s->from[w] = v;
            s->queue[tail++] = w;
        }
        if (head == level_end) {
            depth++;
            level_end = tail;
        }
    }
    return 0;
}

/* The variables of a way of n edges from `at` to `to`, without `to`. */
static void write_way(const searcher *s, uint32_t to, uint32_t n, uint32_t *out)
{
    uint32_t v = to;
    for (uint32_t i = n; i-- > 0;)
        out[i] = v = s->from[v];
}

/* ---- Loops through a variable ------------------------------------------------- */

/* The set of loops that begin with root[0..branch] and then take none of `bans`. */
static bool add_set(searcher *s, const uint32_t *root, uint32_t branch, const ban *bans,
                    size_t max_length)
{
    for (uint32_t i = 0; i < branch; i++)
        s->closed[root[i]] = 1;
    uint32_t n = find_way(s, root[branch], root[0], bans), length = branch + n;
    for (uint32_t i = 0; i < branch; i++)
        s->closed[root[i]] = 0;
    if (n == 0)
        return true;
    if (length > max_length)
        return false;
    loop_set *set = DTN_NEW(&s->arena, loop_set);
    set->path = DTN_NEW_N(&s->arena, uint32_t, length);
    memcpy(set->path, root, branch * sizeof *root);
    write_way(s, root[0], n, set->path + branch);
    set->length = length;
    set->branch = branch;
    set->bans = bans;
    if (s->last[length])
        s->last[length]->next = set;
    else
        s->waiting[length] = set;
    s->last[length] = set;
    return true;
}

static loop_set *take_shortest(searcher *s, uint32_t *length)
{
    for (; *length <= s->graph->n_var; (*length)++) {
        loop_set *set = s->waiting[*length];
        if (!set)
            continue;
        s->waiting[*length] = set->next;
        if (!set->next)
            s->last[*length] = NULL;
        return set;
    }
    return NULL;
}

/* What is left of a set without its shortest. False: some of it is longer than max_length. */
static bool split(searcher *s, const loop_set *set, size_t max_length)
{
    bool complete = true;
    for (uint32_t i = set->branch; i < set->length; i++) {
        ban *b = DTN_NEW(&s->arena, ban);
        b->var = i + 1 < set->length ? set->path[i + 1] : set->path[0];
        b->next = i == set->branch ? set->bans : NULL;
        complete &= add_set(s, set->path, i, b, max_length);
    }
    return complete;
}

typedef bool (*on_loop)(void *ctx, const uint32_t *path, uint32_t length);

/* Loops through `var`, one after the other, until `visit` says no. True: there are no more. */
static bool for_loops(searcher *s, uint32_t var, size_t max_length, on_loop visit, void *ctx)
{
    uint32_t length = 1;
    bool complete = add_set(s, &var, 0, NULL, max_length);
    for (loop_set *set; (set = take_shortest(s, &length));) {
        if (!visit(ctx, set->path, set->length))
            return false;
        complete &= split(s, set, max_length);
    }
    return complete;
}

typedef struct collector {
    dtn_arena *arena;
    uint32_t **loops;
    size_t n, cap, max;
} collector;

static uint32_t *copy_loop(dtn_arena *arena, const uint32_t *path, size_t length)
{
    uint32_t *out = DTN_NEW_N(arena, uint32_t, length + 1);
    memcpy(out, path, length * sizeof *out);
    out[length] = DTN_NONE;
    return out;
}

static bool collect(void *ctx, const uint32_t *path, uint32_t length)
{
    collector *c = ctx;
    if (c->n >= c->max)
        return false;
    DTN_PUSH(c->arena, c->loops, c->n, c->cap, copy_loop(c->arena, path, length));
    return true;
}

dtn_status dtn_check_loops(dtn_model *model, const dtn_graph *graph, uint32_t var, size_t max_loop,
                           size_t max_length, uint32_t ***loops, size_t *n_loop, bool *is_truncated)
{
    searcher s = {.graph = graph};
    collector c = {.arena = model->arena, .max = max_loop};
    if (var >= graph->n_var)
        return DTN_E_RANGE;
    dtn_arena_init(&s.arena);
    if (DTN_ARENA_GUARD(&s.arena) || DTN_ARENA_GUARD(model->arena)) {
        dtn_arena_free(&s.arena);
        return DTN_E_MEMORY;
    }
    start(&s);
    bool complete = for_loops(&s, var, max_length, collect, &c);
    dtn_arena_free(&s.arena);
    *loops = c.loops;
    *n_loop = c.n;
    if (is_truncated)
        *is_truncated = !complete;
    return DTN_OK;
}

/* ---- A loop that visits given variables in order --------------------------------- */

/* Shortest ways from each to the next, none through a variable that is used already. The first
 * part goes from vars[turn]; 0 if a part has no way left. */
static uint32_t join_ways(searcher *s, const uint32_t *vars, size_t n, size_t turn, uint32_t *path)
{
    uint32_t length = 0;
    memset(s->closed, 0, s->graph->n_var);
    for (size_t i = 0; i < n; i++)
        s->closed[vars[i]] = 1;
    for (size_t i = 0; i < n; i++) {
        uint32_t at = vars[(turn + i) % n], to = vars[(turn + i + 1) % n];
        uint32_t ways = find_way(s, at, to, NULL);
        if (ways == 0) {
            length = 0;
            break;
        }
        write_way(s, to, ways, path + length);
        for (uint32_t k = 0; k < ways; k++)
            s->closed[path[length + k]] = 1;
        length += ways;
    }
    memset(s->closed, 0, s->graph->n_var);
    return length;
}

typedef struct matcher {
    const uint32_t *vars;
    size_t n, n_tried;
    uint32_t *path, length; /* the one found; length 0: none yet */
} matcher;

static bool match(void *ctx, const uint32_t *path, uint32_t length)
{
    matcher *m = ctx;
    size_t next = 0;
    for (uint32_t i = 0; i < length && next < m->n; i++)
        next += path[i] == m->vars[next];
    if (next == m->n) {
        memcpy(m->path, path, length * sizeof *path);
        m->length = length;
    }
    return next < m->n && ++m->n_tried < DTN_MAX_LOOPS_TRIED;
}

static bool has_duplicates(searcher *s, const uint32_t *vars, size_t n)
{
    bool twice = false;
    for (size_t i = 0; i < n; i++)
        twice |= s->closed[vars[i]]++;
    for (size_t i = 0; i < n; i++)
        s->closed[vars[i]] = 0;
    return twice;
}

/* The path turned so that it begins with `first`. */
static uint32_t *turned_loop(dtn_arena *arena, const uint32_t *path, uint32_t length,
                             uint32_t first)
{
    uint32_t at = 0, *out = copy_loop(arena, path, length);
    while (path[at] != first)
        at++;
    for (uint32_t i = 0; i < length; i++)
        out[i] = path[(at + i) % length];
    return out;
}

static uint32_t find_in_order(searcher *s, const uint32_t *vars, size_t n, uint32_t *best)
{
    uint32_t length = 0, *path = DTN_NEW_N(&s->arena, uint32_t, s->graph->n_var + 1);
    for (size_t turn = 0; turn < n; turn++) { /* the order of the parts decides what is free */
        uint32_t got = join_ways(s, vars, n, turn, path);
        if (got > 0 && (length == 0 || got < length)) {
            memcpy(best, path, got * sizeof *path);
            length = got;
        }
    }
    if (length > 0)
        return length;
    matcher m = {.vars = vars, .n = n, .path = best};
    for_loops(s, vars[0], s->graph->n_var, match, &m);
    return m.length;
}

dtn_status dtn_check_find_loop(dtn_model *model, const dtn_graph *graph, const uint32_t *vars,
                               size_t n, uint32_t **loop)
{
    searcher s = {.graph = graph};
    if (n == 0 || n > graph->n_var)
        return DTN_E_RANGE;
    for (size_t i = 0; i < n; i++)
        if (vars[i] >= graph->n_var)
            return DTN_E_RANGE;
    dtn_arena_init(&s.arena);
    if (DTN_ARENA_GUARD(&s.arena) || DTN_ARENA_GUARD(model->arena)) {
        dtn_arena_free(&s.arena);
        return DTN_E_MEMORY;
    }
    start(&s);
    dtn_status status = DTN_E_RANGE;
    if (!has_duplicates(&s, vars, n)) {
        uint32_t *path = DTN_NEW_N(&s.arena, uint32_t, graph->n_var + 1);
        uint32_t length = find_in_order(&s, vars, n, path);
        status = length > 0 ? DTN_OK : DTN_E_NOT_FOUND;
        if (length > 0)
            *loop = turned_loop(model->arena, path, length, vars[0]);
    }
    dtn_arena_free(&s.arena);
    return status;
}
