/**
 * Changes of a shard's members (protocol.md 9). {@link dev.danta.ir.epoch.ShardConfig} is what the configuration records,
 * and how; {@link dev.danta.ir.epoch.EpochChange} is the driver, which may die at any point;
 * {@link dev.danta.ir.epoch.Merge} makes one record of many; {@link dev.danta.ir.epoch.EpochRules} are the rules that make
 * it safe.
 *
 * <p>Words: a <em>seal</em> ends an epoch on one replica; an <em>install</em> is what a replica begins an epoch with; an
 * <em>attempt</em> is one driver's go at a change; a disk's <em>incarnation</em> is drawn when it is new.
 */
@NullMarked
package dev.danta.ir.epoch;

import org.jspecify.annotations.NullMarked;
