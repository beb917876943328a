/**
 * A provider of services and its customers' money: accounts with a balance and perhaps a quota, what they use, and what they are
 * billed.
 *
 * <p>Words: a <em>quota</em> is how far below zero charges may take a balance; a <em>prepaid</em> account has none; <em>house</em>
 * accounts are the provider's own, between which money only moves; <em>usage</em> is what happened and is to be paid, by when it
 * happened; a <em>period</em> is billed by one invoice, and what comes later by adjustments; a <em>whale</em> is one account that
 * takes much of the load. Laws:
 *
 * <ul>
 *   <li>P1: no balance is taken below minus its quota, nor below zero by a payout or a transfer.
 *   <li>P2: a balance is what came in less what went out, less what dead clients held laxly; transfers neither make nor lose money.
 *   <li>P3: what is repeated under one id counts once.
 *   <li>P4: an email has one account.
 *   <li>P5: usage is billed once, in the invoice of its period or in an adjustment; an invoice does not change.
 *   <li>P7: a closed account is charged nothing, and nothing is paid out of it or transferred; what is on it is what was deposited
 *       since, which nobody could refuse.
 *   <li>P8: a register has what somebody has put there, and something if a quorum has acknowledged that.
 *   <li>P6: replicas are equal after quiet: for whoever runs this, who sees replicas.
 * </ul>
 */
@NullMarked
package dev.danta.scenario.provider;

import org.jspecify.annotations.NullMarked;
