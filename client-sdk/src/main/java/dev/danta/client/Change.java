package dev.danta.client;

import java.util.Optional;

/**
 * A key of a table got another value, or none; a stream got an event, a set or map a change of an element or field, a counter an
 * addition.
 *
 * @param value empty if the key was deleted
 * @param timestamp names the version, as {@link Committed#timestamp}; of a relaxed table, the put; of a stream, the event; of a set or
 *     map, the change of the element or field. In the order of texts, the greater one of one key, element or field is newer. Empty in
 *     a snapshot, and where there is none
 * @param isOvertaken whether the node that tells of it had a newer value by then: it was away, or two clients wrote at the same
 *     time without reading. Of the changes of one key that are not overtaken none is older than the one before, so who keeps
 *     only the newest value leaves those out that are
 */
public record Change<V>(Key key, Optional<V> value, String timestamp, boolean isOvertaken) {}
