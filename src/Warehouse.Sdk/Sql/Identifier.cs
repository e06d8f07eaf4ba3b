using System.Text;

namespace Warehouse.Sdk.Sql;

/// <summary>
/// The name of a schema, table or column, exactly as the database shall store it. It is not SQL text: a dialect quotes it
/// (see <see cref="IdentifierRules"/>), so a hostile name can never become a statement.
/// </summary>
public readonly record struct Identifier
{
    private readonly string? _value;

    /// <summary>Names something in the database.</summary>
    /// <param name="value">The name, 1 to 128 characters, without control characters.</param>
    /// <exception cref="ArgumentException">The name is empty, too long or holds a control character.</exception>
    public Identifier(string value)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(value);
        if (value.Length > MaximumLength)
            throw new ArgumentException($"A name of {value.Length} characters was given; a database name has at most {MaximumLength}.", nameof(value));
        if (value.Any(char.IsControl))
            throw new ArgumentException("A database name must not hold control characters.", nameof(value));
        _value = value;
    }

    /// <summary>The longest name, in characters. Engines with shorter limits refuse when the model is deployed.</summary>
    public const int MaximumLength = 128;

    /// <summary>The name as text, unquoted.</summary>
    public string Value => _value ?? throw new InvalidOperationException("This identifier was never given a name.");

    /// <summary>Compares as the engines do that fold case: two names that differ only in case are one.</summary>
    /// <param name="other">The other name.</param>
    public bool Equals(Identifier other) => string.Equals(_value, other._value, StringComparison.OrdinalIgnoreCase);

    /// <inheritdoc/>
    public override int GetHashCode() => StringComparer.OrdinalIgnoreCase.GetHashCode(_value ?? string.Empty);

    /// <summary>The name as text, unquoted: for messages, never for SQL.</summary>
    public override string ToString() => _value ?? string.Empty;

    /// <summary>Turns a .NET name into the usual database form: <c>CustomerId</c> becomes <c>customer_id</c>.</summary>
    /// <param name="clrName">A .NET property or type name.</param>
    public static Identifier SnakeCase(string clrName)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(clrName);
        var text = new StringBuilder(clrName.Length + 8);
        for (int i = 0; i < clrName.Length; i++)
        {
            char c = clrName[i];
            bool startsWord = char.IsUpper(c) && i > 0 && clrName[i - 1] != '_'
                && (!char.IsUpper(clrName[i - 1]) || (i + 1 < clrName.Length && char.IsLower(clrName[i + 1])));
            if (startsWord)
                text.Append('_');
            text.Append(char.ToLowerInvariant(c));
        }

        return new Identifier(text.ToString());
    }

    /// <summary>Names something in the database.</summary>
    /// <param name="value">The name.</param>
    public static implicit operator Identifier(string value) => new(value);
}
