/* The XML side of the XMILE reader: from bytes to libxml2's tree, and what is asked of it.
 *
 * A file is untrusted: no DTD is loaded, nothing is fetched, an entity declaration stops the
 * parse at once, libxml2's limits on depth and size stay on, and no function here recurses
 * over the tree.
 *
 * Positions: the parser's SAX handler notes in node->_private the byte offset at which each
 * start tag ends. From it line and column follow exactly for UTF-8 files; for the others there
 * is libxml2's line. Behind an entity such as &lt; the columns of a line are too small.
 *
 * One fault is repaired, because files with it are in circulation: a missing end tag in a file
 * that is whole otherwise. The element then ends where its parent or the next variable does.
 */
#include "base/nearest.h"
#include "format/xmile.h"

#include <libxml/parser.h>
#include <libxml/parserInternals.h>
#include <stdio.h>
#include <string.h>

#if LIBXML_VERSION >= 21200
typedef const xmlError *xml_error;
#else
typedef xmlErrorPtr xml_error;
#endif

static const char *xml_chars(const xmlChar *text) { return (const char *)text; }

static bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

/* ---- Parsing ------------------------------------------------------------- */

/* What the handlers below share, reached by ctxt->_private. */
typedef struct parse_state {
    dtn_diags *diags;
    const char *path;
    const char *last_tag; /* the file's last end tag, "</name" on, or NULL */
    size_t n_error;
    bool is_repaired, is_ampersand_told;
    bool is_lost; /* what the parser says from now on may follow from what it said before */
} parse_state;

/* The last thing in a whole file is the end tag of its root element. */
static const char *find_last_tag(const char *text, size_t n)
{
    size_t i = n;

    while (i > 0 && text[i - 1] != '<')
        i--;
    if (i == 0 || i == n || text[i] != '/' || memchr(text + i, '>', n - i) == NULL)
        return NULL;
    return text + i + 1;
}

static bool is_whole(const parse_state *state, const xmlParserCtxt *ctxt)
{
    const xmlNode *top = ctxt->myDoc != NULL ? xmlDocGetRootElement(ctxt->myDoc) : NULL;
    size_t n = top != NULL ? strlen(xml_chars(top->name)) : 0;

    return n > 0 && state->last_tag != NULL &&
           strncmp(state->last_tag, xml_chars(top->name), n) == 0 &&
           (state->last_tag[n] == '>' || is_blank(state->last_tag[n]));
}

static bool is_encoding_error(int code)
{
    return code == XML_ERR_INVALID_CHAR || code == XML_ERR_UNKNOWN_ENCODING ||
           code == XML_ERR_UNSUPPORTED_ENCODING || code == XML_ERR_INVALID_ENCODING ||
           code == XML_I18N_CONV_FAILED || code == XML_I18N_NO_HANDLER;
}

/* What is wrong in our words, where users meet it; else the parser's. */
static const char *xml_text(xml_error error, char *buffer, size_t size)
{
    const char *tag = error->str1 != NULL ? error->str1 : "?";

    if (error->code == XML_ERR_TAG_NAME_MISMATCH)
        (void)snprintf(buffer, size, "the element <%s> of line %d is not closed before </%s>", tag,
                       error->int1, error->str2 != NULL ? error->str2 : "?");
    else if (error->code == XML_ERR_TAG_NOT_FINISHED)
        (void)snprintf(buffer, size, "the file ends inside of <%s>, which begins in line %d", tag,
                       error->int1);
    else if (error->code == XML_ERR_NAME_REQUIRED && error->message != NULL &&
             strstr(error->message, "StartTag") != NULL)
        (void)snprintf(buffer, size, "a '<' that begins no element");
    else
        return error->message != NULL ? error->message : "malformed XML";
    return buffer;
}

static const char *xml_hint(const parse_state *state, const xmlParserCtxt *ctxt, xml_error error)
{
    const bool has_root = ctxt->myDoc != NULL && xmlDocGetRootElement(ctxt->myDoc) != NULL;

    if (has_root && !is_whole(state, ctxt))
        return "is it cut off? take the whole file, or write the missing end tags";
    if (error->code == XML_ERR_NAME_REQUIRED)
        return "in an equation, write &lt; for 'less than' and &amp; for '&'";
    return "correct the file here, or write it anew with the program that made it";
}

static void add_xml_error(parse_state *state, dtn_severity severity, int code, xml_error error,
                          const char *hint)
{
    char buffer[200];
    dtn_pos pos = {.file = state->path,
                   .line = error->line > 0 ? (uint32_t)error->line : 0,
                   .col = error->int2 > 0 ? (uint32_t)error->int2 : 0};
    const char *text = xml_text(error, buffer, sizeof buffer);
    size_t n = strcspn(text, "\n"); /* the bytes at fault follow in further lines */

    while (n > 0 && (is_blank(text[n - 1]) || strchr(".!", text[n - 1]) != NULL))
        n--;
    state->n_error += severity == DTN_ERROR;
    dtn_diags_add_as(state->diags, severity, code, pos, hint, "%.*s", (int)n, text);
}

/* "R & D", "R&D": in a text it says what it says, elsewhere it may be anything. */
static bool is_ampersand(xml_error error)
{
    return (error->code == XML_ERR_NAME_REQUIRED ||
            error->code == XML_ERR_ENTITYREF_SEMICOL_MISSING) &&
           error->message != NULL && strstr(error->message, "EntityRef") != NULL;
}

static void add_ampersand(parse_state *state, const xmlNode *node, xml_error error)
{
    const bool is_text = node != NULL && strcmp(xml_chars(node->name), "doc") == 0;
    static char what[] = "a bare '&'";
    xmlError told = *error;

    if (is_text && state->is_ampersand_told)
        return;
    state->is_ampersand_told = state->is_ampersand_told || is_text;
    told.message = what;
    add_xml_error(state, is_text ? DTN_WARNING : DTN_ERROR, 104, &told,
                  is_text ? "write &amp; in this text, and where there are more" : "write &amp;");
}

/* A misspelt end tag, or none. */
static const char *end_tag_hint(xml_error error, char *buffer, size_t size)
{
    dtn_nearest nearest;

    dtn_nearest_init(&nearest, error->str2 != NULL ? error->str2 : "");
    if (error->str1 != NULL)
        dtn_nearest_add(&nearest, error->str1);
    if (nearest.best == NULL)
        return "add the missing end tag; it is taken to stand before the next element";
    (void)snprintf(buffer, size, "is </%.60s> a slip for </%.60s>? it is taken for that",
                   error->str2, error->str1);
    return buffer;
}

static void on_error(void *data, xml_error error)
{
    const xmlParserCtxt *ctxt = data;
    parse_state *state = ctxt->_private;
    char hint[200];

    /* Vendors' prefixes are often not declared; the elements are named with them instead. */
    if (error->domain == XML_FROM_NAMESPACE || error->level < XML_ERR_ERROR)
        return;
    if (is_encoding_error(error->code)) {
        add_xml_error(state, DTN_ERROR, 109, error,
                      "store the file as UTF-8 and declare encoding=\"UTF-8\" in its first line");
    } else if (error->code == XML_ERR_TAG_NAME_MISMATCH && is_whole(state, ctxt)) {
        if (state->is_repaired)
            return; /* most likely each end tag now closes the element before its own */
        state->is_repaired = true;
        add_xml_error(state, DTN_WARNING, 104, error, end_tag_hint(error, hint, sizeof hint));
    } else if (error->code == XML_ERR_TAG_NOT_FINISHED && state->is_repaired) {
        return; /* follows from the missing end tag */
    } else if (is_ampersand(error)) {
        add_ampersand(state, ctxt->node, error);
    } else if (!state->is_lost) {
        state->is_lost = error->code != XML_ERR_NAME_REQUIRED; /* a '<' alone is passed over */
        add_xml_error(state, DTN_ERROR, 104, error, xml_hint(state, ctxt, error));
    }
}

/* Entities are a way to grow or fetch text; no modelling program writes them. */
static void on_entity_decl(void *data, const xmlChar *name, int type, const xmlChar *public_id,
                           const xmlChar *system_id, xmlChar *content)
{
    xmlParserCtxt *ctxt = data;
    parse_state *state = ctxt->_private;
    dtn_pos pos = {.file = state->path,
                   .line = ctxt->input != NULL ? (uint32_t)ctxt->input->line : 0};

    (void)type, (void)public_id, (void)system_id, (void)content;
    state->n_error++;
    dtn_diags_add(state->diags, 104, pos, "write the text itself where it is used",
                  "entity '%s' is declared; entities are not read", xml_chars(name));
    xmlStopParser(ctxt);
}

/* libxml2 drops references such as &gt; once it has found a fault. Where all that was found is mended,
 * they mean what they did: each event of the text goes on as in a file without fault. */
static void keep_references(void *data)
{
    xmlParserCtxt *ctxt = data;
    const parse_state *state = ctxt->_private;
    if (state->n_error == 0)
        ctxt->wellFormed = 1;
}

/* Notes where the start tag ends. xmlByteConsumed is exact and cheap where no conversion of
 * the encoding goes on; elsewhere it is left at 0. */
static void on_start(void *data, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri,
                     int n_namespace, const xmlChar **namespaces, int n_attribute, int n_defaulted,
                     const xmlChar **attributes)
{
    xmlParserCtxt *ctxt = data;
    const xmlParserInput *input = ctxt->input;

    keep_references(data);
    xmlSAX2StartElementNs(data, name, prefix, uri, n_namespace, namespaces, n_attribute,
                          n_defaulted, attributes);
    if (ctxt->node != NULL && input != NULL && input->buf != NULL && input->buf->encoder == NULL) {
        int64_t offset = xmlByteConsumed(ctxt);

        if (offset > 0)
            ctxt->node->_private = (void *)(uintptr_t)offset;
    }
}

static void on_end(void *data, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri)
{
    keep_references(data);
    xmlSAX2EndElementNs(data, name, prefix, uri);
}

static void on_text(void *data, const xmlChar *text, int n)
{
    keep_references(data);
    xmlSAX2Characters(data, text, n);
}

static xmlParserCtxt *new_parser(parse_state *state)
{
    xmlParserCtxt *ctxt = xmlNewParserCtxt();

    if (ctxt != NULL) {
        ctxt->_private = state;
        ctxt->sax->serror = on_error;
        ctxt->sax->entityDecl = on_entity_decl;
        ctxt->sax->startElementNs = on_start;
        ctxt->sax->endElementNs = on_end;
        ctxt->sax->characters = on_text;
    }
    return ctxt;
}

xmlDoc *dtn_xmile_parse(const char *text, size_t n, const char *path, dtn_diags *diags,
                        bool *is_repaired)
{
    const int options =
        XML_PARSE_NONET | XML_PARSE_BIG_LINES | XML_PARSE_NOCDATA | XML_PARSE_RECOVER;
    parse_state state = {.diags = diags, .path = path, .last_tag = find_last_tag(text, n)};
    xmlParserCtxt *ctxt = new_parser(&state);
    xmlDoc *doc;

    if (ctxt == NULL)
        return NULL;
    doc = xmlCtxtReadMemory(ctxt, text, (int)n, NULL, NULL, options);
    if (state.n_error > 0 || doc == NULL || xmlDocGetRootElement(doc) == NULL) {
        if (state.n_error == 0)
            dtn_diags_add(diags, 104, (dtn_pos){.file = path},
                          "give a file that starts with <?xml or <xmile", "there is no XML in it");
        xmlFreeDoc(doc);
        doc = NULL;
    }
    xmlFreeParserCtxt(ctxt);
    *is_repaired = state.is_repaired;
    return doc;
}

xmlNode *dtn_xmile_root(const xmlDoc *doc) { return xmlDocGetRootElement(doc); }

/* ---- Positions --------------------------------------------------------- */

static void index_lines(dtn_xmile *x)
{
    DTN_PUSH(x->arena, x->line_starts, x->n_line, x->cap_line, 0);
    for (size_t i = 0; i < x->n; i++) {
        if (x->text[i] == '\n')
            DTN_PUSH(x->arena, x->line_starts, x->n_line, x->cap_line, (uint32_t)(i + 1));
    }
}

static dtn_pos pos_at_offset(dtn_xmile *x, size_t offset)
{
    size_t low = 0, high;

    if (x->line_starts == NULL)
        index_lines(x);
    high = x->n_line;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;

        if (x->line_starts[middle] <= offset)
            low = middle;
        else
            high = middle;
    }
    return (dtn_pos){.file = x->path,
                     .line = (uint32_t)(low + 1),
                     .col = (uint32_t)(offset - x->line_starts[low] + 1)};
}

/* Offset of the '>' or '/' that ends the start tag; 0 where it is not known. */
static size_t tag_end(const dtn_xmile *x, const xmlNode *node)
{
    size_t offset = (size_t)(uintptr_t)node->_private;

    if (offset == 0 || offset >= x->n || (x->text[offset] != '>' && x->text[offset] != '/'))
        return 0;
    return offset;
}

static dtn_pos line_only(const dtn_xmile *x, const xmlNode *node)
{
    return (dtn_pos){.file = x->path, .line = (uint32_t)xmlGetLineNo(node), .col = 0};
}

dtn_pos dtn_xmile_pos(dtn_xmile *x, const xmlNode *node)
{
    size_t offset = tag_end(x, node);

    if (offset == 0)
        return line_only(x, node);
    while (offset > 0 && x->text[offset] != '<') /* no '<' can stand inside a start tag */
        offset--;
    return pos_at_offset(x, offset);
}

dtn_pos dtn_xmile_text_pos(dtn_xmile *x, const xmlNode *node)
{
    size_t offset = tag_end(x, node);

    return offset == 0 ? line_only(x, node) : pos_at_offset(x, offset + 1);
}

/* ---- Elements, attributes, text ---------------------------------------- */

/* A prefix that is not declared stays in the name: "isee:prefs". */
static const char *local_name(const xmlChar *name)
{
    const char *colon = strchr(xml_chars(name), ':');

    return colon != NULL ? colon + 1 : xml_chars(name);
}

const char *dtn_xmile_tag(const xmlNode *node)
{
    return node->type == XML_ELEMENT_NODE ? local_name(node->name) : "";
}

bool dtn_xmile_is_vendor(const dtn_xmile *x, const xmlNode *node)
{
    if (node->ns == NULL)
        return strchr(xml_chars(node->name), ':') != NULL;
    return x->ns == NULL || !xmlStrEqual(node->ns->href, x->ns->href);
}

bool dtn_xmile_is(const dtn_xmile *x, const xmlNode *node, const char *tag)
{
    return node->type == XML_ELEMENT_NODE && !dtn_xmile_is_vendor(x, node) &&
           strcmp(dtn_xmile_tag(node), tag) == 0;
}

xmlNode *dtn_xmile_child(const dtn_xmile *x, const xmlNode *node, const char *tag)
{
    for (xmlNode *child = node->children; child != NULL; child = child->next) {
        if (dtn_xmile_is(x, child, tag))
            return child;
    }
    return NULL;
}

/* The node after `node` and all below it, in document order below `top`, or NULL. */
const xmlNode *dtn_xmile_skip(const xmlNode *top, const xmlNode *node)
{
    while (node != top && node->next == NULL)
        node = node->parent;
    return node == top ? NULL : node->next;
}

/* The node after `node` in document order below `top`, or NULL. */
const xmlNode *dtn_xmile_next(const xmlNode *top, const xmlNode *node)
{
    if (node->type == XML_ELEMENT_NODE && node->children != NULL)
        return node->children;
    return dtn_xmile_skip(top, node);
}

static bool is_text(const xmlNode *node)
{
    return (node->type == XML_TEXT_NODE || node->type == XML_CDATA_SECTION_NODE) &&
           node->content != NULL;
}

/* As dtn_xmile_next, but not into a <doc>: Vensim writes one behind the number of <start>. */
static const xmlNode *next_of_text(const xmlNode *top, const xmlNode *node)
{
    return strcmp(dtn_xmile_tag(node), "doc") == 0 ? dtn_xmile_skip(top, node)
                                                   : dtn_xmile_next(top, node);
}

/* All text below `top`, joined. Entity references cannot occur: see on_entity_decl. */
static char *join_text(dtn_xmile *x, const xmlNode *top, size_t *n)
{
    size_t length = 0;
    char *text;

    for (const xmlNode *node = top->children; node != NULL; node = next_of_text(top, node))
        length += is_text(node) ? strlen(xml_chars(node->content)) : 0;
    text = dtn_arena_alloc(x->arena, length + 1);
    *n = 0;
    for (const xmlNode *node = top->children; node != NULL; node = next_of_text(top, node)) {
        if (is_text(node)) {
            size_t n_part = strlen(xml_chars(node->content));

            memcpy(text + *n, node->content, n_part);
            *n += n_part;
        }
    }
    return text;
}

static char *trim(char *text, size_t n, size_t *n_skipped)
{
    size_t begin = 0;

    while (n > 0 && is_blank(text[n - 1]))
        n--;
    text[n] = '\0';
    while (begin < n && is_blank(text[begin]))
        begin++;
    *n_skipped = begin;
    return text + begin;
}

const char *dtn_xmile_text(dtn_xmile *x, const xmlNode *node, dtn_pos *at)
{
    size_t n, n_skipped;
    char *text = join_text(x, node, &n);
    const char *kept = trim(text, n, &n_skipped);

    if (at == NULL)
        return kept;
    *at = dtn_xmile_text_pos(x, node);
    for (size_t i = 0; i < n_skipped; i++) {
        if (text[i] == '\n') {
            at->line++;
            at->col = 1;
        } else if (at->col > 0) {
            at->col++;
        }
    }
    return kept;
}

const char *dtn_xmile_attr(dtn_xmile *x, const xmlNode *node, const char *name)
{
    for (const xmlAttr *attr = node->properties; attr != NULL; attr = attr->next) {
        if (strcmp(local_name(attr->name), name) == 0) {
            size_t n, n_skipped;
            char *text;

            /* xmlAttr and xmlNode share their first members; only children and content of
             * the text nodes below are looked at. */
            text = join_text(x, (const xmlNode *)(const void *)attr, &n);
            return trim(text, n, &n_skipped);
        }
    }
    return NULL;
}

const char *dtn_xmile_need_attr(dtn_xmile *x, const xmlNode *node, const char *name)
{
    const char *value = dtn_xmile_attr(x, node, name);
    const char *tag = dtn_xmile_tag(node);

    if (value != NULL && value[0] != '\0')
        return value;
    dtn_diags_add(x->diags, 105, dtn_xmile_pos(x, node),
                  dtn_arena_printf(x->arena, "write <%s %s=\"...\">", tag, name),
                  "element <%s> lacks its attribute '%s'", tag, name);
    return NULL;
}

const char *dtn_xmile_name(dtn_xmile *x, const char *name)
{
    size_t n = strlen(name), n_out = 0;
    char *out = dtn_arena_alloc(x->arena, n + 1);

    for (size_t i = 0; i < n; i++) {
        if (name[i] == '\\' && (name[i + 1] == 'n' || name[i + 1] == 'r')) {
            out[n_out++] = ' ';
            i++;
        } else {
            out[n_out++] = is_blank(name[i]) ? ' ' : name[i];
        }
    }
    return out;
}

bool dtn_xmile_number_attr(dtn_xmile *x, const xmlNode *node, const char *name, double *out)
{
    const char *text = dtn_xmile_attr(x, node, name);

    if (text == NULL || text[0] == '\0')
        return false;
    if (dtn_text_to_double(text, strlen(text), out))
        return true;
    dtn_diags_add(x->diags, 103, dtn_xmile_pos(x, node), "write a plain number such as 12.5",
                  "attribute '%s' of <%s> is '%s', not a number", name, dtn_xmile_tag(node), text);
    return false;
}

bool dtn_xmile_flag(dtn_xmile *x, const xmlNode *node)
{
    const char *key, *text = dtn_xmile_text(x, node, NULL);

    key = dtn_name_key(x->arena, text, strlen(text));
    if (strcmp(key, "false") == 0 || strcmp(key, "0") == 0)
        return false;
    if (key[0] != '\0' && strcmp(key, "true") != 0 && strcmp(key, "1") != 0) {
        dtn_diags_add(x->diags, 105, dtn_xmile_pos(x, node), "write true or false, or nothing",
                      "element <%s> holds '%s', neither true nor false", dtn_xmile_tag(node), text);
    }
    return true;
}

/* Stella's, of how a model is shown, saved and signed: no number depends on them. */
static bool is_known_not_to_matter(const char *tag)
{
    static const char *const tags[] = {"prefs",
                                       "multiplayer_settings",
                                       "time_formats",
                                       "number_format_extenders",
                                       "delay_aux",
                                       "extra_collection_variables",
                                       "dependencies",
                                       "ai_information",
                                       "event_poster",
                                       "summing",
                                       "sensi_specs",
                                       "sensi_specs_list",
                                       "payoff_specs",
                                       "payoff_specs_list",
                                       "optimization_specs",
                                       "optimization_specs_list"};
    for (size_t i = 0; i < sizeof tags / sizeof tags[0]; i++) {
        if (strcmp(tag, tags[i]) == 0)
            return true;
    }
    return false;
}

void dtn_xmile_ignore(dtn_xmile *x, const xmlNode *node)
{
    const char *prefix = node->ns != NULL ? xml_chars(node->ns->prefix) : NULL;
    const char *kind, *place;

    if (is_known_not_to_matter(dtn_xmile_tag(node)))
        return;
    kind = dtn_arena_printf(x->arena, "%s%s%s", prefix != NULL ? prefix : "",
                            prefix != NULL ? ":" : "", xml_chars(node->name));
    if (dtn_map_get(&x->warned, kind) != DTN_MAP_NONE)
        return;
    dtn_map_set(&x->warned, x->arena, kind, 1);
    place = dtn_xmile_is_vendor(x, node) ? "a vendor's extension" : "unknown here";
    dtn_diags_add(x->diags, 106, dtn_xmile_pos(x, node),
                  "nothing to do if results do not depend on it; further ones of this kind are "
                  "not reported",
                  "element <%s> is %s and is ignored", kind, place);
}

void dtn_xmile_misplaced(dtn_xmile *x, const xmlNode *node)
{
    dtn_diags_add(x->diags, 105, dtn_xmile_pos(x, node),
                  dtn_arena_printf(x->arena, "look for a missing </%s> before it",
                                   dtn_xmile_tag(node->parent)),
                  "element <%s> cannot stand inside <%s>", dtn_xmile_tag(node),
                  dtn_xmile_tag(node->parent));
}

void dtn_xmile_append(dtn_xmile *x, dtn_xmile_buffer *out, const char *text)
{
    for (; *text != '\0'; text++)
        DTN_PUSH(x->arena, out->text, out->n, out->cap, *text);
    DTN_PUSH(x->arena, out->text, out->n, out->cap, '\0');
    out->n--;
}
