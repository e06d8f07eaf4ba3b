using System.Text;
using Warehouse.Sdk.Sql;

namespace Warehouse.Sdk.Tests;

/// <summary>Quotes every name, so that a test sees where names went.</summary>
internal sealed class PlainRules : IdentifierRules
{
    public static PlainRules Instance { get; } = new();

    public override void Append(StringBuilder text, Identifier identifier) => AppendQuoted(text, identifier);
}
