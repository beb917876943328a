/**
 * Recording histories, and keeping them in files.
 *
 * <ul>
 *   <li>{@link dev.danta.check.history.HistoryRecorder} takes the stamps around the calls of a running program.
 *   <li>{@link dev.danta.check.history.HistoryEvent} is one event of a history in a file, whatever its format;
 *       {@code EventPairing} makes operations out of events.
 *   <li>{@link dev.danta.check.history.OperationCodec} says how the inputs and outputs of one model look in an event: {@link
 *       dev.danta.check.history.RegisterCodec} and the others, most of them a {@code VerbCodec} with its {@code Verbs}.
 *   <li>{@link dev.danta.check.history.HistoryReader} reads files, {@link dev.danta.check.history.HistoryInput} one that has a
 *       header to look at first, {@link dev.danta.check.history.HistoryFile} is what reading gives; inside, {@code Formats} finds
 *       out what a file is and {@code JsonLines}, {@code JsonArray} and {@code EdnEvents} (over {@code EdnText}) are the {@code
 *       EventSource}s.
 *   <li>{@link dev.danta.check.history.HistoryWriter} writes the format <em>JSON Lines</em>, whose first line is a {@link
 *       dev.danta.check.history.HistoryHeader}; {@link dev.danta.check.history.HistoryConversion} any {@link
 *       dev.danta.check.history.HistoryFormat} out of any other, with {@code JsonSink} and {@code EdnSink}. {@link
 *       dev.danta.check.history.HistoryStats} says what is in a history.
 * </ul>
 *
 * <p>The format. UTF-8, one JSON object a line, lines end in {@code \n}; a file whose name ends in {@code .gz} is
 * compressed. The first line may be a header:
 *
 * <pre>{@code
 * {"header":{"format":1,"model":"kv","seed":42,"initial":"0"}}
 * }</pre>
 *
 * <p>All others are events, two for each operation, in the order of time:
 *
 * <pre>{@code
 * {"index":0,"time":1000,"process":3,"type":"invoke","f":"cas","key":"a","value":["1","2"]}
 * {"index":1,"time":2500,"process":3,"type":"ok","f":"cas","key":"a","value":["1","2"],"success":true}
 * }</pre>
 *
 * <ul>
 *   <li>{@code process}: who called, an integer. Any other process is an observer (such as the one that injects faults)
 *       and its events are passed over.
 *   <li>{@code type}: {@code invoke} begins an operation; {@code ok} says that it happened, {@code fail} that it
 *       certainly did not, {@code info} that nobody knows, and so does an end of the file without any of them. After
 *       {@code info} the process does not appear again.
 *   <li>{@code time}: nanoseconds, never going back from line to line; two events at one time are concurrent. A file in
 *       which no event has a time is ordered by its lines alone.
 *   <li>{@code index}: the number of the event, for people; not required.
 *   <li>{@code f} and the other fields belong to the model: see its codec.
 * </ul>
 *
 * <p>Two other formats are read, both without a header. A JSON array of the same objects; and EDN as Jepsen writes it, maps
 * one after the other or in one vector, with the same names as keywords: there the order of the events is that of the file,
 * and their times are passed over.
 *
 * <p>A last line without its end that cannot be read is torn: what a killed recorder leaves. It is reported and the rest
 * is used. Every other fault is a {@link dev.danta.check.MalformedHistoryException} with the number of its line.
 */
@NullMarked
package dev.danta.check.history;

import org.jspecify.annotations.NullMarked;
